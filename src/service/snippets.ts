/** Whole phases, steps, rollouts, windows and inputs, with holes for what only the author knows. */
import { isJsonObject, type Json } from '../base/json.ts'
import type { FileKind } from '../runbook/kinds.ts'
import type { CompletionItem } from './completion-item.ts'
import type { CursorFrame } from './cursor.ts'

interface Snippet {
  readonly label: string
  readonly detail: string
  /** Values and keys may hold `${1:word}`. */
  readonly body: Json
}

const steps: readonly Snippet[] = [
  { label: 'action step', detail: 'An executor does it', body: { id: '${1:id}', title: '${2:Title}', action: '${3}' } },
  {
    label: 'manual step',
    detail: 'A person does it',
    body: { id: '${1:id}', title: '${2:Title}', manual: '${3:What to do}', role: '${4}' },
  },
  {
    label: 'gate',
    detail: 'People decide',
    body: { id: '${1:go}', title: '${2:Go?}', gate: { type: 'go_no_go', roles: ['${3}'] } },
  },
  {
    label: 'rollout',
    detail: 'Canary, waves, window, health and rollback',
    body: {
      id: '${1:install}',
      title: '${2:Install the release}',
      rollout: {
        component: '${3}',
        to: '${4:${{ inputs.release \\}\\}}',
        canary: { count: 1 },
        waves: [{ id: '${5:all_others}' }],
        each: [{ id: '${6:install}', action: '${7}' }],
        deadline: '${8:15m}',
        on_failure: [{ do: 'skip', then: 'stop_run' }],
      },
    },
  },
  {
    label: 'acceptance',
    detail: 'Criteria are captured or verified',
    body: { id: '${1:accept}', title: '${2:Verify the criteria}', acceptance: '${3:final}' },
  },
  {
    label: 'group',
    detail: 'Steps that belong together',
    body: { id: '${1:id}', title: '${2:Title}', steps: [{ id: '${3:id}', title: '${4:Title}', action: '${5}' }] },
  },
]

const phase = (kind: string, title: string): Snippet => ({
  label: `phase ${kind}`,
  detail: `A phase of the kind ${kind}`,
  body: {
    id: `\${1:${kind}}`,
    kind,
    title: `\${2:${title}}`,
    steps: [{ id: '${3:id}', title: '${4:Title}', action: '${5}' }],
  },
})

const byList: Readonly<Record<string, readonly Snippet[]>> = {
  phases: [
    phase('preparation', 'Preparation'),
    phase('backup', 'Backup'),
    phase('connectivity', 'Connectivity'),
    phase('qualification', 'Qualification'),
    phase('upgrade', 'Upgrade'),
    phase('acceptance', 'Acceptance'),
    phase('closing', 'Closing'),
  ],
  steps,
  back_out: steps.slice(0, 2),
  windows: [
    {
      label: 'window every week',
      detail: 'Opens on days of the week',
      body: {
        id: '${1:maintenance}',
        days: ['${2:sun}'],
        start: '"${3:01:00}"',
        duration: '${4:2h}',
        time_zone: '${5:target}',
      },
    },
    {
      label: 'window once',
      detail: 'Opens from one moment to another',
      body: { id: '${1:move}', from: '"${2:2026-05-01T20:00}"', to: '"${3:2026-05-03T06:00}"' },
    },
    {
      label: 'window of the second Tuesday',
      detail: 'Opens in each month',
      body: { id: '${1:patch_night}', days: ['second tue'], start: '"${2:22:00}"', duration: '${3:4h}' },
    },
  ],
  freezes: [
    {
      label: 'freeze',
      detail: 'No work between two days',
      body: { from: '${1:2026-12-20}', to: '${2:2027-01-03}', reason: '${3:Year end}' },
    },
  ],
  requirements: [
    {
      label: 'requirement',
      detail: 'What somebody demands',
      body: { id: '${1:REQ-01}', text: '${2:What is demanded}', source: '${3:vendor guide}' },
    },
  ],
  acceptance_criteria: [
    {
      label: 'criterion measured by an action',
      detail: 'Checked by an executor',
      body: { id: '${1:id}', title: '${2:Title}', severity: 'must', action: '${3}' },
    },
    {
      label: 'criterion checked by a person',
      detail: 'Checked by hand',
      body: { id: '${1:id}', title: '${2:Title}', severity: 'must', manual: '${3:What to look at}' },
    },
  ],
  rules: [
    {
      label: 'safety rule',
      detail: 'Checked before each effect',
      body: { id: '${1:id}', title: '${2:Title}', check: '${3:true}' },
    },
  ],
}

const byMap: Readonly<Record<string, readonly Snippet[]>> = {
  inputs: [
    {
      label: 'input version',
      detail: 'A version that is asked for',
      body: { '${1:release}': { type: 'version', title: '${2:Release to install}', required: true } },
    },
    {
      label: 'input secret',
      detail: 'A reference, never the value',
      body: { '${1:token}': { type: 'secret', from: { env: '${2:TOKEN}' } } },
    },
    {
      label: 'input text',
      detail: 'A line of text',
      body: { '${1:name}': { type: 'string', title: '${2:Title}', required: true } },
    },
  ],
  roles: [{ label: 'role', detail: 'Who takes part', body: { '${1:operator}': { title: '${2:Operator}' } } }],
  components: [
    {
      label: 'component',
      detail: 'Targets that are upgraded alike',
      body: { '${1:nodes}': { select: '${2:target.kind == "node"}' } },
    },
  ],
}

/**
 * @param path - where the cursor stands, without what was typed
 * @param hasDash - `- ` stands in front of the cursor
 */
export function snippetsAt(
  kind: FileKind,
  path: readonly string[],
  hasDash: boolean,
  flow: boolean,
  frames: readonly CursorFrame[],
): readonly Omit<CompletionItem, 'range'>[] {
  if (kind !== 'runbook/v1') return []
  const isItem = hasDash && /^\d+$/.test(path.at(-1) ?? '')
  const key = isItem ? path.at(-2) : path.at(-1)
  const maps = path.length === 1 ? (byMap[key ?? ''] ?? []) : []
  const lists = key === 'roles' || path.includes('with') ? [] : (byList[key ?? ''] ?? [])
  // Under a key whose list has items already, the next one begins where the others do.
  const isOpen = frames.at(-1)?.kind === 'map' && !isItem && flow
  if (isOpen) return []
  const indent = ''
  return [
    ...lists.map((snippet, index) =>
      item(
        snippet,
        isItem || flow ? print(snippet.body, indent, flow) : `- ${print(snippet.body, '  ', false)}`,
        index,
      ),
    ),
    ...maps.map((snippet, index) => item(snippet, print(snippet.body, indent, flow), index)),
  ]
}

function item(snippet: Snippet, insert: string, index: number): Omit<CompletionItem, 'range'> {
  const { label, detail } = snippet
  return {
    label,
    kind: 'snippet',
    detail,
    documentation: `\`\`\`yaml\n${plain(insert)}\n\`\`\``,
    insert,
    isSnippet: true,
    rank: 3 + index / 100,
  }
}

/** Without holes, for people. */
function plain(insert: string): string {
  return insert.replaceAll('\\}', '}').replaceAll(/\$\{\d+:?((?:\$\{\{.*?\}\}|[^}])*)\}/g, '$1')
}

/** As YAML: maps in blocks, lists of single words in brackets. Editors indent further lines as the first. */
function print(value: Json, indent: string, flow: boolean): string {
  if (Array.isArray(value)) {
    const words = value.every((entry: Json) => typeof entry === 'string')
    if (words || flow) return `[${value.map((entry: Json) => print(entry, indent, true)).join(', ')}]`
    return value.map((entry: Json) => `\n${indent}- ${print(entry, `${indent}  `, false)}`).join('')
  }
  if (!isJsonObject(value)) return String(value)
  const entries = Object.entries(value)
  if (flow) return `{${entries.map(([key, entry]) => `${key}: ${print(entry, indent, true)}`).join(', ')}}`
  return entries
    .map(([key, entry], index) => `${index === 0 ? '' : indent}${key}:${printValue(entry, `${indent}  `)}`)
    .join('\n')
}

function printValue(value: Json, indent: string): string {
  if (isJsonObject(value)) {
    const isSmall = Object.values(value).every((entry) => typeof entry !== 'object')
    return isSmall ? ` ${print(value, indent, true)}` : `\n${indent}${print(value, indent, false)}`
  }
  const text = print(value, indent, false)
  return text.startsWith('\n') ? text : ` ${text}`
}
