import { describe, expect, it } from 'vitest'
import type { Json } from '../../src/base/json.ts'
import { resolveCount } from '../../src/plan/count.ts'
import { compileText, phase, planOf } from './compile-text.ts'

const steps = phase('- {id: s, title: S, action: t.look}')
const withInput = (declared: string, value?: Json, source: 'set' | 'values' | 'asked' = 'set') =>
  compileText(`inputs: {x: {${declared}}}\n${steps}`, value === undefined ? {} : { x: { value, source } })

describe('inputs are read as they are declared', () => {
  it.each<readonly [string, Json, Json]>([
    ['type: string', 'a b', 'a b'],
    ['type: integer', '12', 12],
    ['type: number', '1.5', 1.5],
    ['type: boolean', 'yes', true],
    ['type: boolean', 'False', false],
    ['type: duration', '1h30m', '1h30m'],
    ['type: size', '7GB', '7GB'],
    ['type: version', '3.10', '3.10'],
    ['type: "enum", options: [a, b]', 'b', 'b'],
    ['type: target', 'core', 'core'],
    ['type: date_time', '2026-12-06T01:00:00+01:00', '2026-12-06T01:00:00+01:00'],
    ['type: path', '/srv/x', '/srv/x'],
    ['type: list', 'a, b', ['a', 'b']],
    ['type: list', '', []],
    ['type: list, items: {type: integer}', '[1, 2]', [1, 2]],
    ['type: list, items: {type: integer}', '1,2', [1, 2]],
    ['type: list, items: {type: target}', 'core,router', ['core', 'router']],
  ])('%s from the text %j', (declared, value, expected) => {
    expect(planOf(withInput(declared, value)).inputs['x']).toMatchObject({ value: expected, source: 'set' })
  })

  it.each<readonly [string, Json, string]>([
    ['type: string', 5, 'must be text, and is 5'],
    ['type: integer', 1.5, 'must be a whole number, and is 1.5'],
    ['type: integer', '5', 'must be a whole number, and is "5"'],
    ['type: integer, min: 3', 2, 'must be at least 3, and is 2'],
    ['type: number, max: 3', 4, 'must be at most 3, and is 4'],
    ['type: boolean', 'yes', 'must be true or false, and is "yes"'],
    ['type: duration', 90, 'must be a duration with a unit, and is 90'],
    ['type: duration, max: 1h', '2h', 'must be at most 1h, and is "2h"'],
    ['type: size, min: 1GB', '512MB', 'must be at least 1GB, and is "512MB"'],
    ['type: version', 3.1, 'must be text, and is the number 3.1'],
    ['type: version, min: "3.4"', '3.3', 'must be at least 3.4, and is "3.3"'],
    ['type: version, pattern: "3\\\\..*"', '4.0', 'must match 3\\..*, and is "4.0"'],
    ['type: "enum", options: [a, b]', 'c', 'must be one of a, b, and is "c"'],
    ['type: target', 'nobody', 'must be the name of a target; the inventory has no "nobody"'],
    ['type: date_time', '2026-12-06', 'must be an instant with offset, and is "2026-12-06"'],
    ['type: list', 'a', 'must be a list, and is "a"'],
    ['type: list, min_items: 2', ['a'], 'must have at least 2 items, and has 1'],
    ['type: list, items: {type: integer}', [1, 'x'], 'item 2 must be a whole number, and is "x"'],
    ['type: string, max_length: 2', 'abc', 'must have at most 2 characters'],
  ])('%s refuses %j', (declared, value, problem) => {
    const { plan, diagnostics } = withInput(declared, value, 'values')
    expect(plan).toBeUndefined()
    expect(diagnostics).toEqual([expect.objectContaining({ code: 'INPUT_VALUE', message: `the input "x" ${problem}` })])
  })

  it('a missing one says how to give it', () => {
    const { diagnostics, missing } = withInput('type: version, required: true, title: Release')
    expect(diagnostics).toEqual([
      expect.objectContaining({
        code: 'INPUT_MISSING',
        message: 'the input "x" needs a value',
        hint: 'Give it with --set x=… or in a values file.',
      }),
    ])
    expect(missing).toEqual([{ name: 'x', input: { type: 'version', required: true, title: 'Release' } }])
  })

  it('one without a value is null', () => {
    expect(planOf(withInput('type: string')).inputs['x']).toEqual({
      title: 'x',
      type: 'string',
      value: null,
      source: 'default',
    })
  })

  it('an unknown one names the nearest', () => {
    const { diagnostics } = compileText(`inputs: {release: {type: string, default: a}}\n${steps}`, {
      relase: { value: 'b', source: 'set' },
    })
    expect(diagnostics).toEqual([expect.objectContaining({ code: 'INPUT_UNKNOWN', hint: 'Did you mean "release"?' })])
  })
})

describe('secrets', () => {
  const declared = 'type: secret, from: {env: TOKEN}'

  it('are references that know their source', () => {
    const plan = planOf(withInput(declared))
    expect(plan.inputs['x']).toEqual({
      title: 'x',
      type: 'secret',
      value: { $secret: 'x' },
      source: 'environment',
      secret_from: { env: 'TOKEN' },
    })
    expect(plan.secrets).toEqual({ x: { env: 'TOKEN' } })
  })

  it('are refused as text, and the text is not repeated', () => {
    const compiled = withInput(declared, 'hunter2')
    expect(compiled.diagnostics).toEqual([
      expect.objectContaining({ code: 'INPUT_SECRET', hint: 'It is read from the environment variable TOKEN.' }),
    ])
    expect(JSON.stringify(compiled)).not.toContain('hunter2')
  })
})

describe('resolveCount', () => {
  it.each<readonly [unknown, number, 'concurrency' | 'failures', number | undefined]>([
    [5, 10, 'concurrency', 5],
    [5, 3, 'concurrency', 3],
    ['25%', 10, 'concurrency', 2],
    ['1%', 10, 'concurrency', 1],
    ['100%', 0, 'concurrency', 1],
    ['10%', 30, 'concurrency', 3],
    [2, 10, 'failures', 2],
    ['25%', 10, 'failures', 2],
    ['25%', 3, 'failures', 0],
    [0, 3, 'failures', 0],
    ['7', 10, 'failures', 7],
    ['many', 10, 'failures', undefined],
    [1.5, 10, 'concurrency', undefined],
    [-1, 10, 'failures', undefined],
    [null, 10, 'failures', undefined],
  ])('%j of %d as %s is %j', (value, total, purpose, expected) => {
    expect(resolveCount(value, total, purpose)).toBe(expected)
  })
})
