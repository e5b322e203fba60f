import { describe, expect, test } from 'vitest'
import { renderTable, renderTableOrBlocks } from '../../src/cli/table.ts'

const columns = [{ title: 'No' }, { title: 'Step', wraps: true }, { title: 'Time', align: 'right' as const }]

test('columns are as wide as their widest cell', () => {
  const rows = [
    ['1.1', 'Check the disks', '5s'],
    ['1.2', 'Go', '17m'],
  ]
  expect(renderTable(columns, rows, { columns: 100, colour: false })).toBe(
    ['No   Step             Time', '1.1  Check the disks    5s', '1.2  Go                17m', ''].join('\n'),
  )
})

test('a small terminal wraps the column that may wrap', () => {
  const rows = [['1.1', 'Check that every disk has room enough', '5s']]
  expect(renderTable(columns, rows, { columns: 30, colour: false })).toBe(
    ['No   Step                 Time', '1.1  Check that every       5s', '     disk has room', '     enough', ''].join(
      '\n',
    ),
  )
})

test('colours do not count as width', () => {
  const rows = [['\u001b[31m1\u001b[39m', 'x', '']]
  expect(renderTable(columns, rows, { columns: 80, colour: true })).toBe(
    '\u001b[1mNo\u001b[22m  \u001b[1mStep\u001b[22m  \u001b[1mTime\u001b[22m\n\u001b[31m1\u001b[39m   x\n',
  )
})

describe('a table that may become blocks', () => {
  const columns = [{ title: 'Lane' }, { title: 'Opens' }, { title: 'P50' }, { title: 'Why', wraps: true }]
  const rows = [
    ['Europe/Paris', 'Sun 2026-11-22 01:20 +01:00', '43 min', ''],
    ['Asia/Kolkata', 'never', '', 'the window is too short for the try, its health and its rollback'],
  ]

  test('stays a table where it fits', () => {
    const layout = { columns: 90, colour: false }
    expect(renderTableOrBlocks(columns, rows, layout)).toBe(renderTable(columns, rows, layout))
  })

  test('is a block a row where it does not, within the columns, without what is empty', () => {
    expect(renderTableOrBlocks(columns, rows, { columns: 44, colour: false })).toBe(
      [
        'Europe/Paris',
        '    opens: Sun 2026-11-22 01:20 +01:00',
        '    P50: 43 min',
        'Asia/Kolkata',
        '    opens: never',
        '    why: the window is too short for the',
        '    try, its health and its rollback',
        '',
      ].join('\n'),
    )
  })
})
