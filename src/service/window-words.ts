/** Windows as people speak of them: what they are, and when they open next for the targets of the inventory. */
import {
  type CalendarDefinition,
  describeFreeze,
  describeOpening,
  describeWindow,
  localText,
  type Opening,
  parseCalendar,
  upcoming,
  type Window,
} from '../calendar/index.ts'
import { mapsIn, textIn } from '../language/outline.ts'
import { pathBeside } from './files.ts'
import type { KnownValues } from './known-values.ts'
import type { ReadDocument, Workspace } from './workspace.ts'

/** One window of a runbook, with what else decides when it is open. */
export interface WindowInUse {
  readonly window: Window
  /** This window alone, with all freezes. */
  readonly definition: CalendarDefinition
  /** Zones that it is looked at in: its own one, or those of the targets. */
  readonly zones: readonly string[]
}

/** The windows of a runbook as far as they can be read, by id. */
export function windowsInUse(
  workspace: Workspace,
  document: ReadDocument,
  known: KnownValues | undefined,
): ReadonlyMap<string, WindowInUse> {
  const { root } = document.outline ?? {}
  if (!root?.byKey.has('windows')) return new Map()
  const source = { windows: root.value['windows'], freezes: root.value['freezes'] }
  const parsed = parseCalendar(source, (name) => workspace.files.read(pathBeside(document.path, name)))
  const { windows } = parsed.definition
  if (windows === 'always') return new Map()
  const ofTargets = zonesOfTargets(known)
  return new Map(
    windows.map((window) => [
      window.id,
      {
        window,
        definition: { ...parsed.definition, windows: [window] },
        zones: window.zone === 'target' ? ofTargets : [window.zone],
      },
    ]),
  )
}

/** Zones of the targets, those of most targets first; without any, `UTC`. */
function zonesOfTargets(known: KnownValues | undefined): readonly string[] {
  const counts = new Map<string, number>()
  for (const { time_zone } of Object.values(known?.inventory?.targets ?? {})) {
    if (time_zone !== undefined) counts.set(time_zone, (counts.get(time_zone) ?? 0) + 1)
  }
  const zones = [...counts].toSorted((a, b) => b[1] - a[1]).map(([zone]) => zone)
  return zones.length === 0 ? ['UTC'] : zones
}

/** More zones than this are counted only. */
const zonesMax = 3

/** A window in words with its next three openings, as Markdown. @param now - milliseconds since the epoch */
export function describeWindowInUse({ window, definition, zones }: WindowInUse, now: number): readonly string[] {
  const shown = zones.slice(0, zonesMax).flatMap((zone) => {
    const next = safely(() => upcoming(definition, zone, now, 3)) ?? []
    const lines = next.map((opening) => `- ${describeOpening(opening, zone)}`)
    return [`Next openings in ${zone}:\n\n${lines.length === 0 ? '- none within ten years' : lines.join('\n')}`]
  })
  const left = zones.length - zonesMax
  const more = left > 0 ? [`and ${left} more time ${left === 1 ? 'zone' : 'zones'} of targets`] : []
  const freezes = definition.freezes.map((freeze) => `- ${describeFreeze(freeze)}`)
  return [
    describeWindow(window),
    ...shown,
    ...more,
    ...(freezes.length === 0 ? [] : [`Not in a freeze:\n\n${freezes.join('\n')}`]),
  ]
}

/** `opens Sun 01:00 Europe/Paris`, of the zone in which it opens first. @param now - milliseconds since the epoch */
export function nextOpeningWords({ definition, zones }: WindowInUse, now: number): string | undefined {
  const firsts = zones.flatMap((zone) => {
    const [opening] = safely(() => upcoming(definition, zone, now, 1)) ?? []
    return opening ? [{ zone, opening }] : []
  })
  const [first] = firsts.toSorted((a, b) => a.opening.start - b.opening.start)
  if (!first) return 'never opens'
  const { zone, opening } = first
  const others = zones.length === 1 ? '' : `, first of ${zones.length} time zones`
  if (opening.start <= now) {
    if (opening.end === Number.POSITIVE_INFINITY) return `open, with no end${others}`
    return `open until ${momentText(opening.end, zone, now)} ${zone}${others}`
  }
  return `opens ${momentText(opening.start, zone, now)} ${zone}${others}`
}

const weekMs = 7 * 86_400_000

/** `Sun 01:00` within a week, else with the date. */
function momentText(at: number, zone: string, now: number): string {
  const words = describeOpening({ start: at, end: Number.POSITIVE_INFINITY } as Opening, zone)
  const day = words.slice(0, 3)
  const [date = '', time = ''] = localText(at, zone).split(' ')
  return at - now < weekMs ? `${day} ${time}` : `${day} ${date} ${time}`
}

/** A zone of a target that does not exist is told by the inventory. */
function safely<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}

/** The window that stands at a node, by the id that it has. */
export function windowIds(document: ReadDocument): ReadonlyMap<string, { readonly end: number }> {
  return new Map(
    mapsIn(document.outline?.root, 'windows').flatMap((node) => {
      const id = textIn(node, 'id')
      return id ? [[id.text, { end: id.node.range.end }]] : []
    }),
  )
}
