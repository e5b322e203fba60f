import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../src/base/json.ts'
import {
  type EvaluationContext,
  ExpressionError,
  evaluateCondition,
  evaluateExpression,
  type TargetLike,
  variablesOf,
} from '../../src/expression/index.ts'

const node: TargetLike = {
  name: 'n1',
  kind: 'node',
  roles: ['dea'],
  version: '3.4.2',
  attributes: { disk_gb: 40, racks: ['a'] },
}
const context: EvaluationContext = {
  inputs: { count: 2, ratio: 1.5, name: 'x', list: [3, 1, 2], empty: [], wait: '17m', token: { $secret: 'token' } },
  target: node,
  targets: [node, { ...node, name: 'n2', version: '3.6' }],
  steps: { inspect: { outcome: 'succeeded', outputs: { free: 7_800_000_000 } } },
  bindings: { hop: '3.6' },
}

describe('evaluateExpression', () => {
  it.each<readonly [string, Json]>([
    ['inputs.count + 1', 3],
    ['inputs.count * inputs.ratio', 3],
    ['inputs.count == 2.0', true],
    ['inputs.ratio > 1', true],
    ['"a" + inputs.name', 'ax'],
    ['inputs.list', [3, 1, 2]],
    ['{"a": [inputs.count]}', { a: [2] }],
    ['inputs.list.sum()', 6],
    ['inputs.empty.sum()', 0],
    ['inputs.list.min()', 1],
    ['inputs.list.map(x, x + 0.5).max()', 3.5],
    ['target.version == "3.4.2" && "dea" in target.roles', true],
    ['target.site', ''],
    ['target.attributes.disk_gb >= 40', true],
    ['has(target.attributes.color)', false],
    ['targets.filter(t, versions.less(t.version, hop)).map(t, t.name)', ['n1']],
    ['steps.inspect.outputs.free >= sizes.bytes("7GB")', true],
    ['duration(inputs.wait) > duration("PT16M")', true],
    ['duration("1d12h")', '1d12h'],
    ['durations.ms("90s")', 90_000],
    ['string(duration("90m"))', '1h30m'],
    ['timestamp("2026-03-29T00:59:00Z") + duration("1m")', '2026-03-29T01:00:00.000Z'],
    ['versions.compare("3.6", "3.6.0")', 0],
    ['versions.compare("3.6-rc1", "3.6")', -1],
    ['versions.less("3.9", "3.10")', true],
    ['versions.less("1.0.0-rc.2", "1.0.0-rc.10", "semver")', true],
    ['versions.major("v18.2")', 18],
    ['"a.b".replace(".", "-")', 'a-b'],
    ['"web-01".matches("^web-[0-9]+$")', true],
    ['json({"b": 1, "a": [true, null]})', '{"a":[true,null],"b":1}'],
    ['inputs.token', { $secret: 'token' }],
    ['[inputs.token]', [{ $secret: 'token' }]],
  ])('%s', (text, value) => {
    expect(evaluateExpression(text, context)).toEqual(value)
  })

  it.each<readonly [string, string, string, readonly [number, number]]>([
    ['1 +', 'EXPRESSION_SYNTAX', 'the expression ends too early', [3, 3]],
    ['inputs.cuont', 'EXPRESSION_UNKNOWN_MEMBER', 'there is no member "cuont"', [7, 12]],
    ['inptus.count', 'EXPRESSION_UNKNOWN_NAME', 'there is no "inptus" here', [0, 6]],
    ['baseline.x', 'EXPRESSION_UNKNOWN_NAME', 'there is no "baseline" here', [0, 8]],
    ['duraton("1m")', 'EXPRESSION_UNKNOWN_FUNCTION', 'there is no function "duraton"', [0, 13]],
    [
      'duration("soon")',
      'EXPRESSION_FAILED',
      '"soon" is no duration; write for example "90s", "17m" or "1h30m"',
      [0, 16],
    ],
    ['inputs.count / 0', 'EXPRESSION_FAILED', 'division by zero', [0, 16]],
    ['"a" + 1', 'EXPRESSION_TYPE', 'these types do not go together: string + int', [0, 7]],
    ['9007199254740993', 'EXPRESSION_FAILED', 'the whole number 9007199254740993 is too large', [0, 16]],
    ['cel.bind(a, 1, a)', 'EXPRESSION_SYNTAX', '"cel.bind" is not available here', [0, 3]],
    ['inputs.empty.max()', 'EXPRESSION_FAILED', 'max() of an empty list has no value', [0, 18]],
    ['versions.less("new", "3")', 'EXPRESSION_FAILED', '"new" is no version of the scheme "dotted"', [0, 25]],
    [
      'inputs.token + "x"',
      'EXPRESSION_SECRET',
      'a secret cannot be changed, compared or turned into text by an expression',
      [0, 18],
    ],
    [
      'string(inputs.token)',
      'EXPRESSION_SECRET',
      'a secret cannot be changed, compared or turned into text by an expression',
      [0, 20],
    ],
  ])('refuses %s', (text, code, message, [start, end]) => {
    const refusal = catchError(() => evaluateExpression(text, context))
    expect(refusal).toMatchObject({ code, message, text, range: { start, end } })
  })

  it('says what was probably meant', () => {
    expect(catchError(() => evaluateExpression('inptus.count', context)).hint).toBe('Did you mean "inputs"?')
    expect(catchError(() => evaluateExpression('duraton("1m")', context)).hint).toBe('Did you mean "duration"?')
  })

  it('needs true or false for a condition', () => {
    expect(evaluateCondition('inputs.count > 1', context)).toBe(true)
    expect(catchError(() => evaluateCondition('inputs.name', context))).toMatchObject({
      code: 'EXPRESSION_TYPE',
      message: 'the condition must be true or false, and is the text "x"',
    })
  })

  it('tells which names an expression reads, without those of macros', () => {
    expect(
      variablesOf('targets.all(t, t.name != target.name && hop == "x") && versions.major("1") == 1').toSorted(),
    ).toEqual(['hop', 'target', 'targets'])
  })

  it('knows no prototype members', () => {
    for (const text of [
      'inputs.constructor',
      'inputs.__proto__',
      'inputs["toString"]',
      'target.attributes.hasOwnProperty',
    ]) {
      expect(catchError(() => evaluateExpression(text, context)).code).toBe('EXPRESSION_UNKNOWN_MEMBER')
    }
  })
})

describe('a hostile expression ends with a finding', () => {
  const big = { inputs: { big: Array.from({ length: 3000 }, (_, index) => index), text: 'a'.repeat(20_000) } }
  const doubled = `["a"]${'.map(s, s + s + s + s + s + s + s + s)'.repeat(12)}`
  it.each([
    ['rounds', 'inputs.big.all(a, inputs.big.all(b, a + b >= 0))'],
    ['rounds behind an or', 'inputs.big.exists(a, inputs.big.all(b, a + b >= 0) && false) || true'],
    ['growing text', doubled],
    ['length', `"${'a'.repeat(5000)}"`],
    ['nesting', `${'('.repeat(500)}1${')'.repeat(500)}`],
    ['nodes', Array.from({ length: 1500 }, () => '1').join('+')],
  ])('%s', (_, text) => {
    expect(catchError(() => evaluateExpression(text, big)).code).toBe('EXPRESSION_TOO_LARGE')
  })

  it('a pattern with nested repetition takes linear time', () => {
    expect(evaluateExpression('inputs.text.matches("^(a+)+b$")', big)).toBe(false)
  })

  it('the budget is per evaluation, not per expression', () => {
    const text = 'inputs.big.all(a, a >= 0)'
    for (let round = 0; round < 2000; round += 1) expect(evaluateExpression(text, big)).toBe(true)
  })
})

describe('values survive the way through', () => {
  it('for all JSON', () => {
    const value = fc.jsonValue({ maxDepth: 4 }).filter((candidate) => !JSON.stringify(candidate).includes('$secret'))
    fc.assert(
      fc.property(value, (candidate) => {
        const json = JSON.parse(JSON.stringify(candidate)) as Json
        expect(evaluateExpression('value', { value: json })).toEqual(json)
      }),
    )
  })
})

function catchError(act: () => unknown): ExpressionError {
  try {
    act()
  } catch (error) {
    if (error instanceof ExpressionError) return error
    throw error
  }
  throw new Error('no error was thrown')
}
