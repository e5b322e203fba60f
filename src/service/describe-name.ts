/** A name of the workspace as people want to know it: what it stands for, what it is now, and who uses it. */
import { formatDurationForPeople } from '../base/duration.ts'
import type { Json } from '../base/json.ts'
import { textIn, textsIn } from '../language/outline.ts'
import type { MapNode } from '../source/index.ts'
import { coverageOf } from './coverage-tree.ts'
import { describeAction } from './describe-action.ts'
import { inputSource, valueText } from './explain-value.ts'
import { inventoryOf } from './families.ts'
import { knownValues } from './known-values.ts'
import { lastPlan } from './made-plans.ts'
import type { NamePlace } from './names.ts'
import type { NamedPlace } from './navigation.ts'
import { describeWindowInUse, windowsInUse } from './window-words.ts'
import type { ReadDocument, Workspace } from './workspace.ts'

/**
 * @param places - all places of the name, the definition among them
 * @param now - for the next openings of windows, in milliseconds since the epoch
 */
export function describeName(
  workspace: Workspace,
  definition: NamedPlace,
  places: readonly NamedPlace[],
  now: number,
): string {
  const { name, path } = definition
  const uses = places.filter((place) => !place.name.isDefinition).length
  const used = uses === 1 ? 'once' : uses === 0 ? 'nowhere' : `${uses} times`
  const head = `**${name.title ?? name.name}**\n\n${name.kind} \`${name.name}\`, used ${used}`
  const document = workspace.read(path)
  if (!document?.outline) return [head, ...inventoryDetails(workspace, path, name)].join('\n\n')
  return [head, ...details(workspace, document, name, now)].join('\n\n')
}

function details(workspace: Workspace, document: ReadDocument, name: NamePlace, now: number): readonly string[] {
  const outline = document.outline!
  const nodeOf = (nodes: readonly MapNode[]): MapNode | undefined =>
    nodes.find((node) => textIn(node, 'id')?.text === name.name)
  switch (name.kind) {
    case 'input':
      return inputDetails(workspace, document, name.name)
    case 'window': {
      const window = windowsInUse(workspace, document, knownValues(workspace, document.path)).get(name.name)
      return window ? describeWindowInUse(window, now) : []
    }
    case 'requirement':
      return [...texts(nodeOf(outline.requirements), ['source', 'note']), ...coveredBy(document, name.name)]
    case 'criterion':
      return texts(nodeOf(outline.criteria), ['severity', 'description', 'action', 'manual', 'pass_when'])
    case 'rule':
      return texts(nodeOf(outline.rules), ['description', 'check', 'at_close', 'hint'])
    case 'component':
      return componentDetails(workspace, document, name.name)
    case 'phase':
      return texts(outline.phases.find(({ id }) => id?.text === name.name)?.node, ['kind', 'description'])
    case 'step':
      return stepDetails(workspace, document, name.name)
    default:
      return []
  }
}

function texts(node: MapNode | undefined, keys: readonly string[]): readonly string[] {
  return keys.flatMap((key) => {
    const text = textIn(node, key)?.text
    return text === undefined ? [] : [`*${key}*: ${text}`]
  })
}

function inputDetails(workspace: Workspace, { path, outline }: ReadDocument, name: string): readonly string[] {
  const node = outline?.inputs.find((entry) => entry.key.text === name)?.node
  const type = textIn(node, 'type')?.text ?? 'string'
  const byDefault = node?.kind === 'map' ? (node.byKey.get('default')?.node.value as Json | undefined) : undefined
  const known = knownValues(workspace, path)?.inputs.get(name)
  return [
    `type \`${type}\`${byDefault === undefined ? '' : `, default \`${JSON.stringify(byDefault)}\``}`,
    ...(known && known.value !== undefined && known.value !== null ? [`Value: ${valueText(known.value)}`] : []),
    ...(known ? [inputSource(name, known)] : []),
    ...[textIn(node, 'description')?.text ?? []].flat(),
  ]
}

/** The titles of what fulfils a requirement. */
function coveredBy(document: ReadDocument, id: string): readonly string[] {
  const places = coverageOf(document).requirements.find((item) => item.id === id)?.covered_by ?? []
  if (places.length === 0) return ['Nothing covers it.']
  return [`Covered by:\n\n${places.map((place) => `- ${place.title} \`${place.id}\``).join('\n')}`]
}

const namesMax = 8

function componentDetails(workspace: Workspace, { path, outline }: ReadDocument, id: string): readonly string[] {
  const node = outline?.components.find((entry) => entry.key.text === id)?.node
  const select = textIn(node, 'select')?.text
  const known = knownValues(workspace, path)
  const names = known?.components.get(id)
  const after = textsIn(node, 'after').map(({ text }) => `\`${text}\``)
  const shown = names?.slice(0, namesMax).join(', ') ?? ''
  const more = (names?.length ?? 0) > namesMax ? ` and ${names!.length - namesMax} more` : ''
  return [
    ...(select === undefined ? [] : [`select \`${select}\``]),
    ...(after.length === 0 ? [] : [`after ${after.join(', ')}`]),
    ...(names === undefined
      ? []
      : [
          `${names.length} ${names.length === 1 ? 'target' : 'targets'} of the inventory ${known!.inventoryPath}${shown === '' ? '' : `: ${shown}${more}`}`,
        ]),
  ]
}

function stepDetails(workspace: Workspace, { path, outline }: ReadDocument, id: string): readonly string[] {
  const step = outline?.steps.find((each) => each.id?.text === id)
  const action = workspace.settings.actions.find((each) => each.name === textIn(step?.node, 'action')?.text)
  const description = textIn(step?.node, 'description')?.text
  const steps = lastPlan(workspace, path)?.plan?.timeline?.steps ?? {}
  const times = Object.entries(steps).find(([at]) => at.split('/').at(-1) === id)?.[1]
  const { expected, worst } = times ?? {}
  const takes = expected
    ? [
        `Takes ${formatDurationForPeople(expected.to_ms - expected.from_ms)}${worst ? `, at worst ${formatDurationForPeople(worst.to_ms - worst.from_ms)}` : ''}, as the simulator plays it.`,
      ]
    : []
  return [...(description === undefined ? [] : [description]), ...takes, ...(action ? [describeAction(action)] : [])]
}

function inventoryDetails(workspace: Workspace, path: string, name: NamePlace): readonly string[] {
  const at = inventoryOf(workspace, path)
  const inventory = at === undefined ? undefined : workspace.inventory(at)?.inventory
  if (name.kind === 'system') {
    const system = inventory?.systems[name.name]
    return system ? [`kind \`${system.kind}\``, ...(system.address ? [`address \`${system.address}\``] : [])] : []
  }
  const target = name.kind === 'target' ? inventory?.targets[name.name] : undefined
  if (!target) return []
  const { kind, address, version, site, time_zone, unit, member, system, roles } = target
  const facts = Object.entries({ kind, version, address, site, time_zone, unit, member, system })
  return [
    [
      ...facts.flatMap(([key, value]) => (value === undefined || value === '' ? [] : [`${key} \`${value}\``])),
      ...(roles.length > 0 ? [`roles ${roles.join(', ')}`] : []),
    ].join(', '),
  ]
}
