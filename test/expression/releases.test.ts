import { describe, expect, it } from 'vitest'
import { ExpressionError, evaluateExpression, shownValues, type TargetLike } from '../../src/expression/index.ts'
import { byMajor, platform } from '../catalog/sample-catalogs.ts'

const catalog = { name: 'gateways', products: { platform } }
const several = { name: 'all', products: { platform, other: byMajor } }
const target: TargetLike = {
  name: 'gw-1',
  kind: 'gateway',
  roles: [],
  version: 'UserConnect-6.5.250',
  attributes: { major: 'a' },
}

describe('functions that ask the catalog', () => {
  it.each([
    ['versions.path(target.version, "6.7")', ['UserConnect-6.6.123', 'UserConnect-6.7.1185']],
    ['versions.path(target.version, "").size()', 1],
    ['versions.newest("6.5")', 'UserConnect-6.5.750'],
    ['versions.newest("")', '8.0.0'],
    ['versions.published("UserConnect-6.5.751")', false],
    ['versions.published("6.5.750")', true],
    ['versions.hop_allowed(target.version, "6.6")', true],
    ['versions.hop_allowed(target.version, target.version)', true],
    ['versions.hop_allowed(target.version, "6.7")', false],
    ['versions.rollback_allowed("6.6.123", "6.5.750")', false],
    ['versions.image(target.version, "aws")', 'hvm-cloudx-aws-022021'],
    ['versions.line(target.version)', '6.5'],
    ['target.version.major * 10 + target.version.minor', 65],
    ['versions.less(target.version, "UserConnect-6.6.1")', true],
    ['versions.less("UserConnect-6.5.9", "UserConnect-6.5.10", "train")', true],
    ['target.attributes.major', 'a'],
  ])('%s', (text, value) => {
    expect(evaluateExpression(text, { catalog, target })).toEqual(value)
  })

  it.each([
    ['versions.path("1.0", "3", "other")', ['2.9', '3.2']],
    ['versions.newest("6.6", "platform")', 'UserConnect-6.6.123'],
  ])('of one product: %s', (text, value) => {
    expect(evaluateExpression(text, { catalog: several })).toEqual(value)
  })

  it.each([
    ['versions.path("6.5.1", "6.6")', undefined, /there is no catalog/, /--catalog FILE/],
    ['versions.path("6.5.1", "6.55")', catalog, /6\.55 was not published/, /newest releases are .*8\.0\.0/],
    ['versions.path("6.5.1", "6.6")', several, /has 2 products/, /They are: platform, other/],
    ['versions.path("6.5.1", "6.6", "nothing")', several, /has no product "nothing"/, /It has: platform, other/],
    ['versions.newest("6.55")', catalog, /no release of "6\.55" was published/, /^$/],
    ['versions.line("x")', catalog, /"x" is no version/, /^$/],
    ['"".major', catalog, /the version is not known/, /^$/],
  ])('%s is refused', (text, known, message, hint) => {
    const act = (): unknown => evaluateExpression(text, known ? { catalog: known } : {})
    expect(act).toThrow(ExpressionError)
    expect(act).toThrow(message)
    try {
      act()
    } catch (error) {
      expect((error as ExpressionError).hint ?? '').toMatch(hint)
    }
  })
})

describe('the values that an expression reads', () => {
  it('are told once each, as written, without what is too large to help', () => {
    const text =
      'target.version == "x" || target.kind == inputs.kind && target.version != "" && targets.all(t, t.name == "a")'
    expect(shownValues(text, { target, targets: [target], inputs: { kind: 'gateway' } })).toEqual([
      { text: 'target.version', value: 'UserConnect-6.5.250' },
      { text: 'target.kind', value: 'gateway' },
      { text: 'inputs.kind', value: 'gateway' },
    ])
  })

  it('leave out what has no value', () => {
    expect(shownValues('steps.a.outputs.x == 1', { steps: {} })).toEqual([])
  })
})
