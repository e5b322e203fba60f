import type { IcsTime } from './ics-time.ts'
import { expandRule, occurrencesMax } from './recurrence.ts'
import { dayMs } from './wall-time.ts'
import { zoneClock } from './zone-clock.ts'

/** A rule that names a fixed number of occurrences is counted from its start each time, so the number is kept small. */
const countMax = 5000

/**
 * Checks an RRULE and brings its UNTIL on the clock of the event, on which the rule will run.
 *
 * Rules that repeat within a day are refused: no window or freeze is meant that way, and they cost without bound.
 */
export function parseIcsRule(value: string, start: IcsTime): { readonly rule: string } | { readonly problem: string } {
  const parts: string[] = []
  for (const part of value.trim().toUpperCase().split(';')) {
    const [name = '', text = ''] = part.split('=')
    if (text === '') return { problem: `"${part}" is not a part of a rule` }
    if (name === 'FREQ' && !/^(DAILY|WEEKLY|MONTHLY|YEARLY)$/.test(text)) {
      return { problem: `a repetition ${text} is not supported: the shortest is DAILY` }
    }
    if (name === 'BYSECOND' || name === 'BYMINUTE' || name === 'RSCALE' || name === 'SKIP') {
      return { problem: `${name} is not supported` }
    }
    if (name === 'COUNT' && Number(text) > countMax) return { problem: `it repeats more than ${countMax} times` }
    const until = name === 'UNTIL' ? untilOnClock(text, start) : undefined
    if (name === 'UNTIL' && until === undefined) return { problem: `"${part}" is not a time` }
    parts.push(until === undefined ? part : `UNTIL=${until}`)
  }
  const rule = parts.join(';')
  try {
    if (expandRule(start.wall, rule, start.wall, 400 * dayMs).length > occurrencesMax) {
      return { problem: 'it repeats too often' }
    }
  } catch (error) {
    return { problem: `the rule "${value}" cannot be read (${error instanceof Error ? error.message : 'malformed'})` }
  }
  return { rule }
}

/** @returns in the form of UTC, which is how the rule takes its clock */
function untilOnClock(text: string, start: IcsTime): string | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/.exec(text)
  if (match === null) return undefined
  const [year, month, date, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  let wall = Date.UTC(year, month - 1, date, hour, minute, second)
  // A date includes its whole day. An instant means nothing on a clock without a zone: there it is taken as it stands.
  if (match[4] === undefined) wall += dayMs - 1000
  else if (match[7] === 'Z' && start.zone !== 'target') wall = zoneClock(start.zone).wallAt(wall)
  return new Date(wall).toISOString().replace(/[-:]|\.\d+/g, '')
}
