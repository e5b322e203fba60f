import { describe, expect, it } from 'vitest'
import {
  checkExpression,
  checkTemplate,
  checkTemplates,
  type ExpectedType,
  expressionFunctions,
  makeScope,
  scopes,
  typeOfSchema,
} from '../../src/expression/index.ts'

const outputs = typeOfSchema(
  {
    type: 'object',
    required: ['free_bytes', 'mounts'],
    properties: {
      free_bytes: { type: 'integer' },
      note: { type: 'string' },
      mounts: { type: 'array', items: { type: 'object', properties: { path: { type: 'string' } } } },
    },
  },
  'outputs of inspect',
)
const scope = makeScope('step', {
  inputs: {
    release: { type: 'version', always: true },
    count: { type: 'integer', always: true },
    ratio: { type: 'number', always: true },
    note: { type: 'string', always: false },
    hosts: { type: 'list', items: 'string', always: true },
    token: { type: 'secret', always: true },
  },
  steps: { inspect: outputs, 'node-list': { kind: 'any' } },
  bindings: { hop: { kind: 'text' } },
})

describe('checkExpression', () => {
  it.each<readonly [string, ExpectedType | undefined]>([
    ['inputs.count > 1 && inputs.ratio > 1', 'bool'],
    ['inputs.ratio == 1', 'bool'],
    ['inputs.count + inputs.ratio', 'number'],
    ['inputs.note == null ? "none" : inputs.note', 'text'],
    ['inputs.hosts.map(h, h + "x")', 'list'],
    ['versions.less(target.version, inputs.release)', 'bool'],
    ['"dea" in target.roles && hop == "3.6"', 'bool'],
    ['target.attributes.anything.at.all', 'bool'],
    ['steps.inspect.outputs.free_bytes >= sizes.bytes("7GB")', 'bool'],
    ['steps["node-list"].outcome == "succeeded"', 'bool'],
    ['targets.exists(t, t.site == target.site)', 'bool'],
    ['run.mode == "dry_run"', 'bool'],
    ['inputs.token', 'text'],
    ['systems.cluster.address + "/v2/info"', 'text'],
  ])('accepts %s', (text, expected) => {
    expect(checkExpression(text, scope, expected)).toEqual([])
  })

  it.each<readonly [string, ExpectedType | undefined, string, string, string, string | undefined]>([
    // expression, expected, code, what the range covers, message, hint
    [
      'inptus.count',
      undefined,
      'EXPRESSION_UNKNOWN_NAME',
      'inptus',
      'there is no "inptus" here',
      'Did you mean "inputs"?',
    ],
    [
      'outputs.x',
      undefined,
      'EXPRESSION_UNKNOWN_NAME',
      'outputs',
      'there is no "outputs" here',
      'Available here: hop, inputs, target, targets, systems, steps, run.',
    ],
    [
      'inputs.relase',
      undefined,
      'EXPRESSION_UNKNOWN_MEMBER',
      'relase',
      '"inputs" has no member "relase"',
      'Did you mean "release"?',
    ],
    [
      'target.rols',
      undefined,
      'EXPRESSION_UNKNOWN_MEMBER',
      'rols',
      '"target" has no member "rols"',
      'Did you mean "roles"?',
    ],
    [
      'targets.all(t, t.rols == [])',
      'bool',
      'EXPRESSION_UNKNOWN_MEMBER',
      'rols',
      '"target" has no member "rols"',
      'Did you mean "roles"?',
    ],
    [
      'steps.inspekt.outputs',
      undefined,
      'EXPRESSION_UNKNOWN_MEMBER',
      'inspekt',
      '"steps" has no member "inspekt"',
      'Did you mean "inspect"?',
    ],
    [
      'steps["nodelist"].outcome',
      undefined,
      'EXPRESSION_UNKNOWN_MEMBER',
      '"nodelist"',
      '"steps" has no member "nodelist"',
      'Did you mean "node-list"?',
    ],
    [
      'steps.inspect.outputs.free',
      undefined,
      'EXPRESSION_UNKNOWN_MEMBER',
      'free',
      '"outputs of inspect" has no member "free"',
      'It has: free_bytes, note, mounts.',
    ],
    [
      'steps.inspect.outputs.mounts[0].pth',
      undefined,
      'EXPRESSION_UNKNOWN_MEMBER',
      'pth',
      '"outputs of inspect mounts item" has no member "pth"',
      'Did you mean "path"?',
    ],
    [
      'has(inputs.zz)',
      'bool',
      'EXPRESSION_UNKNOWN_MEMBER',
      'zz',
      '"inputs" has no member "zz"',
      'It has: release, count, ratio, note, hosts, token.',
    ],
    [
      'inputs.release.startWith("3")',
      'bool',
      'EXPRESSION_UNKNOWN_FUNCTION',
      'startWith',
      'there is no function "startWith"',
      'Did you mean "startsWith"?',
    ],
    [
      'duraton("1m")',
      undefined,
      'EXPRESSION_UNKNOWN_FUNCTION',
      'duraton',
      'there is no function "duraton"',
      'Did you mean "duration"?',
    ],
    [
      'duration(1)',
      undefined,
      'EXPRESSION_TYPE',
      'duration(1)',
      '"duration" cannot be called like this: duration(int)',
      undefined,
    ],
    [
      'versions.less(inputs.count, "1")',
      'bool',
      'EXPRESSION_TYPE',
      'versions.less(inputs.count, "1")',
      '"less" cannot be called like this: versions.less(int, string)',
      'It is called as versions.less(a, b) or versions.less(a, b, scheme).',
    ],
    [
      'inputs.release > 3',
      'bool',
      'EXPRESSION_TYPE',
      'inputs.release > 3',
      'these types do not go together: string > int',
      undefined,
    ],
    [
      'inputs.release + 1',
      undefined,
      'EXPRESSION_TYPE',
      'inputs.release + 1',
      'these types do not go together: string + int',
      'Turn the other side into text with string(…).',
    ],
    [
      'inputs.count',
      'bool',
      'EXPRESSION_TYPE',
      'inputs.count',
      'the expression must give true or false, and gives a number',
      undefined,
    ],
    [
      'inputs.hosts',
      'text',
      'EXPRESSION_TYPE',
      'inputs.hosts',
      'the expression must give text, and gives a list',
      undefined,
    ],
    [
      'inputs.token == "x"',
      'bool',
      'EXPRESSION_SECRET',
      'inputs.token == "x"',
      'a secret cannot be changed, compared or turned into text by an expression',
      'Hand it on as it is: alone, or between other text outside of the braces.',
    ],
    ['target.version.size', undefined, 'EXPRESSION_TYPE', 'size', "cannot index type 'string'", undefined],
    [
      'target.version.major == "6"',
      'bool',
      'EXPRESSION_TYPE',
      'target.version.major == "6"',
      'these types do not go together: int == string',
      undefined,
    ],
    [
      'inputs.count.minor',
      undefined,
      'EXPRESSION_TYPE',
      'minor',
      '"minor" is a member of versions, and this is a number',
      undefined,
    ],
    [
      'targets.all(t, t.major == 6)',
      'bool',
      'EXPRESSION_UNKNOWN_MEMBER',
      'major',
      '"target" has no member "major"',
      'It has: name, kind, address, roles, version, site, time_zone, unit, member, system, attributes.',
    ],
    [
      'versions.path(inputs.release)',
      'list',
      'EXPRESSION_TYPE',
      'versions.path(inputs.release)',
      '"path" cannot be called like this: versions.path(string)',
      'It is called as versions.path(from, to) or versions.path(from, to, product).',
    ],
    [
      'versions.pth("1", "2")',
      'list',
      'EXPRESSION_UNKNOWN_FUNCTION',
      'pth',
      'there is no function "pth"',
      'Did you mean "path"?',
    ],
    ['inputs.count +', undefined, 'EXPRESSION_SYNTAX', '', 'the expression ends too early', undefined],
  ])('refuses %s (%s)', (text, expected, code, covered, message, hint) => {
    const findings = checkExpression(text, scope, expected)
    expect(findings).toHaveLength(1)
    const [finding] = findings
    expect(finding).toMatchObject({ code, message })
    expect(finding?.hint).toBe(hint)
    expect(text.slice(finding?.range.start, finding?.range.end)).toBe(covered)
  })

  it('tells all unknown names of one expression', () => {
    expect(checkExpression('inputs.a1 == inputs.b1 || x1', scope).map((finding) => finding.message)).toEqual([
      'there is no "x1" here',
    ])
    expect(checkExpression('inputs.a1 == inputs.b1', scope)).toHaveLength(2)
    expect(checkExpression('x1 == y1', scope)).toHaveLength(2)
  })

  it('knows other names at other places', () => {
    const criterion = makeScope('criterion', { outputs })
    expect(checkExpression('outputs.free_bytes >= baseline.free_bytes', criterion, 'bool')).toEqual([])
    const select = makeScope('select', {})
    expect(checkExpression('target.kind == "node"', select, 'bool')).toEqual([])
    expect(checkExpression('steps.x.outcome == "y"', select, 'bool')).toHaveLength(1)
  })
})

describe('checkTemplate', () => {
  it('gives ranges in the text', () => {
    const text = 'a ${{ inputs.zz }} b ${{ tt }} c ${{ oops'
    expect(checkTemplate(text, scope).map(({ range }) => text.slice(range.start, range.end))).toEqual([
      '${{',
      'zz',
      'tt',
    ])
  })

  it('expects a type only from an expression that stands alone', () => {
    expect(checkTemplate('${{ inputs.count }}', scope, 'bool')).toHaveLength(1)
    expect(checkTemplate('x${{ inputs.count }}', scope, 'bool')).toEqual([])
  })

  it('leads to the string inside a value', () => {
    expect(checkTemplates({ a: [1, { b: '${{ zz }}' }], c: 'fine' }, scope)).toEqual([
      { at: ['a', 1, 'b'], finding: expect.objectContaining({ code: 'EXPRESSION_UNKNOWN_NAME' }) as unknown },
    ])
  })
})

describe('the tables that documents are made from', () => {
  it('every example of a function is valid', () => {
    const facts = { inputs: { release: { type: 'version', always: true } }, components: ['controller'] }
    const [wide, rule] = [makeScope('criterion', facts), makeScope('rule', facts)]
    for (const { name, example } of expressionFunctions) {
      const scope = example.includes('change.') ? rule : wide
      expect([name, checkExpression(example, scope)]).toEqual([name, []])
    }
  })

  it.each(['type', 'int', 'versions', 'import', 'for', 'package', 'target', 'inputs'])(
    'a component may be called "%s", and the language keeps its own name',
    (name) => {
      const components = makeScope('step', { components: [name] })
      expect(checkExpression('1 == 1', components)).toEqual([])
      expect(checkExpression('versions.less("1", "2") && type(inputs) == type(inputs)', components)).toEqual([])
    },
  )

  it('every variable has a description and stands somewhere', () => {
    for (const row of scopes) {
      expect(row.description).toMatch(/\.$/)
      expect(row.places.length).toBeGreaterThan(0)
      expect(Object.keys(makeScope(row.places[0]!, {}).variables)).toContain(row.name)
    }
  })
})
