import { describe, expect, it } from 'vitest'
import { inFlightAt, type Overrun, withBreakGlass } from '../../src/calendar/index.ts'
import { calendarOf } from './read.ts'

const at = (time: string): number => Date.parse(`2026-02-08T${time}Z`)

interface Row {
  readonly name: string
  /** Start, duration and overrun of windows; none: no window restricts the work. */
  readonly windows: readonly (readonly [start: string, duration: string, overrun: Overrun])[]
  /** From, to and own overrun of freezes. */
  readonly freezes: readonly (readonly [from: string, to: string, overrun: Overrun | undefined])[]
  /** Work that started at 01:00 is looked at here. */
  readonly now: string
  /** What it is told, and since when. */
  readonly told: readonly [Overrun, string] | 'goes on'
}

const rows: readonly Row[] = [
  // The nine transitions of Argo CD's sync windows; `stop` stands for "without overrun", `finish_unit` for "with".
  {
    name: '1: no window, then a freeze that lets it finish',
    windows: [],
    freezes: [['02:00', '09:00', 'finish_unit']],
    now: '02:30',
    told: 'goes on',
  },
  {
    name: '2: no window, then a freeze that does not',
    windows: [],
    freezes: [['02:00', '09:00', 'stop']],
    now: '02:30',
    told: ['stop', '02:00'],
  },
  {
    name: '3: a window and a freeze that both let it finish',
    windows: [['00:00', '4h', 'finish_unit']],
    freezes: [['02:00', '09:00', 'finish_unit']],
    now: '02:30',
    told: 'goes on',
  },
  {
    name: '4: the window would let it finish, the freeze does not',
    windows: [['00:00', '4h', 'finish_unit']],
    freezes: [['02:00', '09:00', 'stop']],
    now: '02:30',
    told: ['stop', '02:00'],
  },
  {
    name: '5: the window would not, the freeze that begins does: it is the freeze that closes',
    windows: [['00:00', '4h', 'stop']],
    freezes: [['02:00', '09:00', 'finish_unit']],
    now: '02:30',
    told: 'goes on',
  },
  {
    name: '6: neither lets it finish',
    windows: [['00:00', '4h', 'stop']],
    freezes: [['02:00', '09:00', 'stop']],
    now: '02:30',
    told: ['stop', '02:00'],
  },
  {
    name: '7: a window that lets it finish ends',
    windows: [['00:00', '2h', 'finish_unit']],
    freezes: [],
    now: '02:30',
    told: 'goes on',
  },
  {
    name: '8: several windows that let it finish end',
    windows: [
      ['00:00', '2h', 'finish_unit'],
      ['00:30', '90m', 'finish_unit'],
    ],
    freezes: [],
    now: '02:30',
    told: 'goes on',
  },
  {
    name: '9: several windows end together, one of which does not let it finish',
    windows: [
      ['00:00', '2h', 'finish_unit'],
      ['00:30', '90m', 'stop'],
    ],
    freezes: [],
    now: '02:30',
    told: ['stop', '02:00'],
  },
  // What they leave open.
  {
    name: 'before closing time it goes on',
    windows: [['00:00', '2h', 'stop']],
    freezes: [],
    now: '01:59',
    told: 'goes on',
  },
  {
    name: 'at closing time it is told',
    windows: [['00:00', '2h', 'rollback']],
    freezes: [],
    now: '02:00',
    told: ['rollback', '02:00'],
  },
  {
    name: 'another window takes over: the first one ends nothing',
    windows: [
      ['00:00', '2h', 'stop'],
      ['02:00', '2h', 'finish_unit'],
    ],
    freezes: [],
    now: '03:00',
    told: 'goes on',
  },
  {
    name: 'a freeze without an overrun of its own closes as the window says',
    windows: [['00:00', '4h', 'rollback']],
    freezes: [['02:00', '09:00', undefined]],
    now: '02:30',
    told: ['rollback', '02:00'],
  },
  {
    name: 'of two freezes that begin together the stricter one decides',
    windows: [['00:00', '4h', 'finish_unit']],
    freezes: [
      ['02:00', '03:00', 'rollback'],
      ['02:00', '09:00', 'stop'],
    ],
    now: '02:30',
    told: ['stop', '02:00'],
  },
  {
    name: 'a freeze begins as the window ends: the stricter one decides',
    windows: [['00:00', '2h', 'finish_unit']],
    freezes: [['02:00', '09:00', 'rollback']],
    now: '02:30',
    told: ['rollback', '02:00'],
  },
  {
    name: 'work past the end of its window is still ended by a later freeze that does not let it finish',
    windows: [['00:00', '2h', 'finish_unit']],
    freezes: [['03:00', '09:00', 'stop']],
    now: '04:00',
    told: ['stop', '03:00'],
  },
  {
    name: 'a later window that ends says nothing about work that began before it opened',
    windows: [
      ['00:00', '2h', 'finish_unit'],
      ['03:00', '1h', 'stop'],
    ],
    freezes: [],
    now: '05:00',
    told: 'goes on',
  },
]

describe('work in flight at closing time', () => {
  it.each(rows)('$name', ({ windows, freezes, now, told }) => {
    const definition = calendarOf({
      ...(windows.length > 0 && {
        windows: windows.map(([start, duration, overrun], index) => ({ id: `w${index}`, start, duration, overrun })),
      }),
      freezes: freezes.map(([from, to, overrun]) => ({
        from: `2026-02-08T${from}`,
        to: `2026-02-08T${to}`,
        reason: 'r',
        ...(overrun && { overrun }),
      })),
    })
    const answer = inFlightAt(definition, 'UTC', at('01:00'), at(now))
    if (told === 'goes on') expect(answer).toEqual({ goesOn: true })
    else expect(answer).toMatchObject({ goesOn: false, action: told[0], since: at(told[1]) })
  })

  it('an override in force keeps a freeze from ending it, and says what happens when it expires', () => {
    const frozen = calendarOf({
      freezes: [{ from: '2026-02-08T02:00', to: '2026-02-08T09:00', reason: 'r', overrun: 'stop' }],
    })
    const glass = { role: 'change_manager', reason: 'Leak', at: at('01:30'), expiresAfterMs: 3_600_000 }
    const rollsBack = withBreakGlass(frozen, { ...glass, overrun: 'rollback' })
    expect(inFlightAt(rollsBack, 'UTC', at('01:00'), at('02:29'))).toEqual({ goesOn: true })
    expect(inFlightAt(rollsBack, 'UTC', at('01:00'), at('02:30'))).toMatchObject({
      action: 'rollback',
      since: at('02:30'),
    })
    expect(inFlightAt(withBreakGlass(frozen, glass), 'UTC', at('01:00'), at('03:00'))).toEqual({ goesOn: true })
  })
})
