import { expect, test } from 'vitest'
import { formatNumber, renderSection, replaceSection } from '../../bench/results.ts'

const setting = { date: '2026-01-02', node: '20.19.0', processor: 'Some CPU', cores: 4 }
const row = {
  figure: 'a|b',
  ours: 1234.5,
  peer: 2,
  peerName: 'bare',
  unit: 'ms',
  ratio: 617.25,
  goal: 'at most 2',
  met: false,
}

test('a section shows every figure beside its peer and marks what was missed', () => {
  const section = renderSection('ssh', 'Commands', [row], setting)
  expect(section).toContain('Commands. 2026-01-02, Node 20.19.0, 4 × Some CPU.')
  expect(section).toContain('| a\\|b | 1,235 ms | 2 ms (bare) | 617 | at most 2 | **not met** |')
})

test('running one bench replaces its own section and keeps the others', () => {
  const ssh = renderSection('ssh', 'Commands', [row], setting)
  const start = renderSection('start', 'Start', [row], setting)
  const page = replaceSection(replaceSection('', 'start', start), 'ssh', ssh)
  expect(page.indexOf('## ssh')).toBeLessThan(page.indexOf('## start'))
  const again = replaceSection(page, 'ssh', renderSection('ssh', 'Commands anew', [], setting))
  expect(again).toContain('Commands anew.')
  expect(again).not.toContain('Commands. ')
  expect(again).toContain(start)
  expect(replaceSection(page, 'ssh', ssh)).toBe(page)
})

test.each([
  [0.123456, '0.123'],
  [12.345, '12.3'],
  [1234567, '1,234,567'],
  [Number.NaN, '–'],
])('%d is printed as %s', (value, text) => {
  expect(formatNumber(value)).toBe(text)
})
