import type { CalendarCode } from '../../calendar/index.ts'
import type { ErrorEntry, FileExample } from './entry.ts'

const good = '{id: night, days: [sun], start: "01:00", duration: 2h}'
const window = (bad: string, cured: string = good): FileExample => ({
  kind: 'calendar',
  bad: `windows:\n  - ${bad}`,
  good: `windows:\n  - ${cured}`,
})
const freeze = (bad: string, cured: string): FileExample => ({
  kind: 'calendar',
  bad: `freezes:\n  - ${bad}`,
  good: `freezes:\n  - ${cured}`,
})

/** Findings about windows and freezes. */
export const calendarErrors: Readonly<
  Record<Exclude<CalendarCode, `CALENDAR_${'FILE' | 'ICS'}${string}`>, ErrorEntry>
> = {
  CALENDAR_FORM: {
    title: 'A window or freeze has none of the known forms, or mixes two',
    meaning:
      'A window repeats (`start`, `duration`, with `days` or `dates`), lasts once (`from`, `to`), or comes from a file (`calendar`). A freeze lasts once or comes from a file.',
    why: 'Keys of two forms stand together, or the keys of all forms are missing.',
    cure: 'Keep the keys of one form. Two windows may overlap: they become one.',
    example: window('{id: night, days: [sun], dates: [1], start: "01:00", duration: 2h}'),
  },
  CALENDAR_KEY: {
    title: 'A window or freeze has a key that is not known',
    meaning: 'The key has no meaning here.',
    why: 'It is misspelt, or belongs to the other of the two.',
    cure: 'Take the key that is proposed.',
    example: window('{id: night, day: [sun], days: [sun], start: "01:00", duration: 2h}'),
  },
  CALENDAR_ID: {
    title: 'A window has no id, or two windows share one',
    meaning: 'Rollouts name windows by their ids, so each needs one of its own.',
    why: 'A window was copied, or the id was forgotten.',
    cure: 'Give it an id.',
    example: window('{days: [sun], start: "01:00", duration: 2h}'),
  },
  CALENDAR_DAY: {
    title: 'Not a day of the week, such as `sun`, or of the month, such as `second tue`',
    meaning: '`days` holds days of the week in three letters, alone or behind `first` to `fifth` or `last`.',
    why: 'A day is written in full, as a number, or misspelt.',
    cure: 'Write it as the hint proposes.',
    example: window('{id: night, days: [Sunday], start: "01:00", duration: 2h}'),
  },
  CALENDAR_DATE: {
    title: 'Not a date of the month, such as `15` or `last`',
    meaning: '`dates` holds numbers from 1 to 31, and `last`.',
    why: 'A date stands there with its month, or a number out of range.',
    cure: 'Write the day of the month alone.',
    example: window(
      '{id: night, dates: [32], start: "01:00", duration: 2h}',
      '{id: night, dates: [last], start: "01:00", duration: 2h}',
    ),
  },
  CALENDAR_DATE_RARE: {
    title: 'A date that not every month has',
    meaning: 'A hint: in a month without that day the window does not open.',
    why: 'The 29th, 30th and 31st, and the fifth of a weekday, are missing in some months.',
    cure: 'Write `last` when the end of the month is meant.',
    example: window(
      '{id: night, dates: [31], start: "01:00", duration: 2h}',
      '{id: night, dates: [last], start: "01:00", duration: 2h}',
    ),
  },
  CALENDAR_START: {
    title: 'Not a time of day',
    meaning: '`start` is the time on the clock at which the window opens.',
    why: 'Without quotes YAML may take it for a number, or it is written with am and pm.',
    cure: 'Write hours from 00 to 23 and minutes in quotes: `"01:00"`.',
    example: window('{id: night, days: [sun], start: "25:00", duration: 2h}'),
  },
  CALENDAR_DURATION: {
    title: 'Not a duration, or too long for a window that repeats',
    meaning: '`duration` says how long the window stays open, at most 31 days.',
    why: 'The unit is missing, or something else than a window that repeats is meant.',
    cure: 'Write a number and a unit, such as `2h`; for one long stretch write `from` and `to`.',
    example: window('{id: night, days: [sun], start: "01:00", duration: 2 hours}'),
  },
  CALENDAR_MOMENT: {
    title: 'Not a date, a local date time or an instant',
    meaning:
      '`from` and `to` are a day (`2026-12-20`, which counts whole), a time on the local clock (`2026-12-20T22:00`) or an instant (`2026-12-20T22:00Z`).',
    why: 'The date has another order, does not exist, or one of the two is missing.',
    cure: 'Write year, month and day with dashes.',
    example: freeze(
      '{from: 20.12.2026, to: "2027-01-06", reason: Year end}',
      '{from: "2026-12-20", to: "2027-01-06", reason: Year end}',
    ),
  },
  CALENDAR_ORDER: {
    title: 'It ends before it begins',
    meaning: '`to` lies before `from`, so the window never opens or the freeze never holds.',
    why: 'The two were exchanged, or the year was forgotten at its turn.',
    cure: 'Correct one of them.',
    example: freeze(
      '{from: "2026-12-20", to: "2026-01-06", reason: Year end}',
      '{from: "2026-12-20", to: "2027-01-06", reason: Year end}',
    ),
  },
  CALENDAR_ZONE: {
    title: 'Not a time zone',
    meaning: 'A time zone is an IANA name, or `target` for the zone of each target.',
    why: 'It is an abbreviation, an offset that knows no summer time, or misspelt.',
    cure: 'Write a name such as `Europe/Berlin`.',
    example: window(
      '{id: night, days: [sun], start: "01:00", duration: 2h, time_zone: Berlin}',
      '{id: night, days: [sun], start: "01:00", duration: 2h, time_zone: Europe/Berlin}',
    ),
  },
  CALENDAR_ZONE_FIXED: {
    title: 'A time zone that never changes its clocks, written like one that does',
    meaning:
      'A warning: `EST`, `MST` and `HST` stand still all year, so in summer the window is an hour off what people of that region expect.',
    why: 'The short names are used in speech for the region.',
    cure: 'Write the region, such as `America/New_York`.',
    example: window(
      '{id: night, days: [sun], start: "01:00", duration: 2h, time_zone: EST}',
      '{id: night, days: [sun], start: "01:00", duration: 2h, time_zone: America/New_York}',
    ),
  },
  CALENDAR_OVERRUN: {
    title: 'Not a known overrun',
    meaning: '`overrun` says what happens to work that is not done when the window closes.',
    why: 'The word is misspelt.',
    cure: 'Write one of the words in the hint.',
    example: window(
      '{id: night, days: [sun], start: "01:00", duration: 2h, overrun: finish}',
      '{id: night, days: [sun], start: "01:00", duration: 2h, overrun: finish_unit}',
    ),
  },
  CALENDAR_REASON: {
    title: 'A freeze without a reason',
    meaning: 'Whoever waits for a freeze is told why, so a freeze must say it.',
    why: '`reason` was left out.',
    cure: 'Add `reason`, and `owner` when somebody can be asked.',
    example: freeze(
      '{from: "2026-12-20", to: "2027-01-06"}',
      '{from: "2026-12-20", to: "2027-01-06", reason: Year end}',
    ),
  },
}
