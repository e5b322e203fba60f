import type { JsonObject } from '../base/json.ts'
import type * as calendar from '../calendar/index.ts'
import type { CalendarDefinition } from '../calendar/index.ts'
import type { Runbook } from '../runbook/runbook.generated.ts'
import type { PlanCalendar } from './model.ts'
import type { Planning } from './planning.ts'

/** Arithmetic of windows and freezes with what it needs; handed in, because most runbooks have neither. */
export interface CalendarTools
  extends Pick<typeof calendar, 'parseCalendar' | 'withWindows' | 'neverOpens' | 'longestOpening' | 'zoneNamed'> {
  /** Text of each iCalendar file that can be read, by the name that the runbook gives it. */
  readonly files: Readonly<Record<string, string>>
  /** When the plan is made, in milliseconds since the epoch: what opened before does not count. */
  readonly now: number
}

/** The windows and freezes of a runbook, for the plan and for the checks of the planner. */
export interface PlannedCalendar {
  readonly plan: PlanCalendar
  readonly definition: CalendarDefinition
  readonly tools: CalendarTools
}

/** Resolves windows, freezes and who may override them. Undefined when there are none. */
export function planCalendar(
  runbook: Runbook,
  tools: CalendarTools | undefined,
  planning: Planning,
): PlannedCalendar | undefined {
  const { windows, freezes } = runbook
  if (windows === undefined && freezes === undefined) return undefined
  if (!tools) throw new Error('a runbook with windows or freezes is planned without the calendar')
  const source = {
    ...(windows === undefined ? {} : { windows: resolveAll(windows, 'windows', planning) }),
    ...(freezes === undefined ? {} : { freezes: resolveAll(freezes, 'freezes', planning) }),
  }
  const files: Record<string, string> = {}
  const { definition, findings } = tools.parseCalendar(source, (name) => {
    const text = Object.hasOwn(tools.files, name) ? tools.files[name] : undefined
    if (text !== undefined) files[name] = text
    return text
  })
  for (const { severity, code, message, hint, path } of findings) {
    // What can be told without values and files was told when the runbook was checked.
    const isNew = code.startsWith('CALENDAR_ICS') || code === 'CALENDAR_FILE' || wasOpen(runbook, path)
    if (severity === 'error' || isNew) planning.reporter.calendar(severity, code, path, asMessage(message), hint)
  }
  return { plan: { ...source, files, ...planBreakGlass(runbook, planning) }, definition, tools }
}

function resolveAll(list: readonly object[], key: string, planning: Planning): readonly JsonObject[] {
  return list.map((entry, index) => {
    const { title, description, ...rest } = entry as JsonObject
    const words = {
      ...(typeof title === 'string' ? { title: planning.text(title, {}, [key, index, 'title']) } : {}),
      ...(typeof description === 'string'
        ? { description: planning.text(description, {}, [key, index, 'description']) }
        : {}),
    }
    return { ...((planning.resolve(rest, {}, [key, index]) ?? {}) as JsonObject), ...words }
  })
}

/** Findings of the calendar are sentences; here they begin in lower case. */
function asMessage(sentence: string): string {
  return /^[A-Z](?=[a-z ])/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence
}

/** Whether an entry holds an expression, so that nobody could check it before. */
function wasOpen(runbook: Runbook, path: readonly (string | number)[]): boolean {
  const list = (path[0] === 'windows' ? runbook.windows : runbook.freezes) ?? []
  return JSON.stringify(list[Number(path[1])] ?? '').includes('${{')
}

function planBreakGlass({ break_glass }: Runbook, planning: Planning): Pick<PlanCalendar, 'break_glass'> {
  if (!break_glass) return {}
  const max = planning.duration(break_glass.max_duration, {}, ['break_glass', 'max_duration'])
  return max === undefined ? {} : { break_glass: { roles: break_glass.roles, max_ms: max } }
}
