import type { DayRule } from './model.ts'
import { civilOfDay, weekdayOfDay } from './wall-time.ts'

/** Whether a rule names a day. A month without a 31st, or without a fifth Friday, is passed over. */
export function ruleNamesDay(rule: DayRule, day: number): boolean {
  if (rule.kind === 'every') return true
  if (rule.kind === 'weekdays') {
    const weekday = weekdayOfDay(day)
    if (rule.weekdays.includes(weekday)) return true
    return rule.ordinals.some((each) => each.weekday === weekday && isNthOfMonth(each.nth, day))
  }
  const { date, lastDate } = civilOfDay(day)
  return rule.dates.includes(date) || (rule.last && date === lastDate)
}

function isNthOfMonth(nth: number, day: number): boolean {
  const { date, lastDate } = civilOfDay(day)
  return nth === -1 ? date + 7 > lastDate : Math.ceil(date / 7) === nth
}
