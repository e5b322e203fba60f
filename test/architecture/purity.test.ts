import { describe, expect, test } from 'vitest'
import { readFiles } from '../support/source-files.ts'
import { purityProblems } from './purity-rules.ts'

test('nothing in the pure folders reads a clock, makes an id or touches the process', () => {
  const sources = readFiles((path) => path.startsWith('src/') && path.endsWith('.ts'))
  expect(sources.length).toBeGreaterThan(20)
  expect(purityProblems(sources)).toEqual([])
})

describe('the rule finds', () => {
  test.each([
    ['const t = Date.now()', 'Date.now'],
    ['const t = new Date()', 'new Date()'],
    ['const t = new Date(2026, 1, 1)', 'new Date()'],
    ['const t = Date()', 'Date()'],
    ['const t = performance.now()', 'performance'],
    ['const n = Math.random()', 'Math.random'],
    ['const id = crypto.randomUUID()', 'crypto'],
    ['const e = process.env', 'process'],
    [`const e = process['env']`, 'process'],
    ['setTimeout(f, 1)', 'setTimeout'],
    ['const later = setInterval', 'setInterval'],
    ['setImmediate(f)', 'setImmediate'],
    ['await fetch(url)', 'fetch'],
    ['const s = AbortSignal.timeout(5)', 'AbortSignal.timeout'],
    ['const b = Buffer.from(x)', 'Buffer'],
    [`import type { Stats } from 'node:fs'`, 'node:fs'],
    ['const s = n.toLocaleString()', 'toLocaleString: it depends on the machine'],
    ['const h = new Date(t).getHours()', 'getHours: it depends on the machine'],
    ['const i = `at $' + '{Date.now()}`', 'Date.now'],
  ])('%s', (text, use) => {
    expect(purityProblems([{ path: 'src/run/a.ts', text }])).toEqual([`src/run/a.ts:1: run may not use ${use}`])
  })
})

test('the rule leaves words, members, instants that come in, and other folders alone', () => {
  const text = [
    '// Date.now() and process.exit',
    `const words = 'Math.random()'`,
    'const iso = new Date(at).toISOString()',
    'const failure = error.process',
    `type Class = 'process'`,
    'const f = ({ process: 1, fetch: 2 })',
  ].join('\n')
  expect(purityProblems([{ path: 'src/run/a.ts', text }])).toEqual([])
  expect(purityProblems([{ path: 'src/node/a.ts', text: 'Date.now()' }])).toEqual([])
  expect(purityProblems([{ path: 'src/executors/stackato/emulator/a.ts', text: 'setTimeout(f)' }])).toEqual([])
  expect(purityProblems([{ path: 'src/executors/stackato/a.ts', text: 'setTimeout(f)' }])).toHaveLength(1)
})
