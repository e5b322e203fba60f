import { expect, it } from 'vitest'
import { freezeWords, windowWords } from '../../src/plan/calendar-words.ts'

it.each([
  [
    { days: ['sun', 'second tue'], start: '01:00', duration: '2h' },
    'sun, second tue at 01:00 for 2h, on the clock of each target',
  ],
  [
    { dates: [1, 'last'], start: '04:00', duration: '30m', time_zone: 'Europe/Berlin' },
    'day 1, last of the month at 04:00 for 30m, Europe/Berlin',
  ],
  [{ start: '23:00', duration: '3h', time_zone: 'target' }, 'every day at 23:00 for 3h, on the clock of each target'],
  [{ from: '2026-05-01T20:00', to: '2026-05-03' }, '2026-05-01T20:00 to 2026-05-03, on the clock of each target'],
  [{ from: '2026-05-01T20:00Z', to: '2026-05-03T06:00+02:00' }, '2026-05-01T20:00Z to 2026-05-03T06:00+02:00'],
  [{ calendar: 'changes.ics', time_zone: 'UTC' }, 'entries of changes.ics, UTC'],
])('a window %j is %s', (window, words) => {
  expect(windowWords(window)).toBe(words)
})

it.each([
  [
    { from: '2026-12-20', to: '2027-01-03', reason: 'Year end', owner: 'CAB' },
    '2026-12-20 to 2027-01-03, on the clock of each target: Year end (CAB)',
  ],
  [{ calendar: 'freezes.ics', time_zone: 'UTC' }, 'entries of freezes.ics, UTC'],
])('a freeze %j is %s', (freeze, words) => {
  expect(freezeWords(freeze)).toBe(words)
})
