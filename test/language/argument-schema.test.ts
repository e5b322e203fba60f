import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isJsonObject, type Json } from '../../src/base/json.ts'
import { allActions } from '../../src/executors/index.ts'
import { argumentKeywords, checkArgument } from '../../src/language/argument-schema.ts'

const annotations = [
  'title',
  'description',
  'examples',
  'default',
  'deprecated',
  'markdownDescription',
  '$schema',
  'format',
]

/** Keywords of a schema that check nothing here although they would elsewhere. */
function unreadKeywords(schema: Json, path: string): readonly string[] {
  if (!isJsonObject(schema)) return []
  return Object.entries(schema).flatMap(([key, value]) => {
    if (key.startsWith('x-') || annotations.includes(key)) return []
    if (!argumentKeywords.has(key)) return [`${path}: ${key}`]
    if (key === 'properties' && isJsonObject(value)) {
      return Object.entries(value).flatMap(([name, property]) => unreadKeywords(property, `${path}.${name}`))
    }
    if (['items', 'additionalProperties', 'not'].includes(key)) return unreadKeywords(value, `${path}.${key}`)
    if (Array.isArray(value) && ['allOf', 'anyOf', 'oneOf'].includes(key)) {
      return value.flatMap((branch: Json) => unreadKeywords(branch, `${path}.${key}`))
    }
    return []
  })
}

describe('arguments of actions', () => {
  it('are described with words that the check reads', () => {
    expect(allActions.flatMap((action) => unreadKeywords(action.with, action.name))).toEqual([])
  })

  it('of the example of every action are accepted', () => {
    for (const action of allActions) expect(checkArgument(action.example, action.with), action.name).toEqual([])
  })

  it.each(allActions.map((action) => [action.name, action] as const))('%s: agree with ajv', (_, action) => {
    const validate = new Ajv2020({ strict: false, allErrors: true }).compile(action.with as object)
    const properties = isJsonObject(action.with['properties']) ? Object.keys(action.with['properties']) : []
    const leaf = fc.oneof(
      fc.constantFrom('', 'a', '/etc', '5m', '7GB', 'GET', 'https://example.com', '1.2.3', 'true'),
      fc.integer({ min: -2, max: 70_000 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    )
    const value = fc.oneof(
      leaf,
      fc.array(leaf, { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...properties, 'x', 'status'), leaf, { maxKeys: 3 }),
    )
    const example = Object.entries(action.example)
    const args = fc
      .tuple(fc.dictionary(fc.constantFrom(...properties, 'stranger'), value, { maxKeys: 4 }), fc.subarray(example))
      .map(([random, kept]) => ({ ...random, ...Object.fromEntries(kept) }))
    fc.assert(
      fc.property(args, (made) => {
        const json = JSON.parse(JSON.stringify(made)) as Json
        expect(checkArgument(json, action.with).length === 0).toBe(validate(json))
      }),
      { numRuns: 150 },
    )
  })

  it('may be an expression wherever a value may be', () => {
    const schema = {
      type: 'object',
      properties: { count: { type: 'integer', minimum: 1 }, list: { type: 'array', items: { type: 'string' } } },
    }
    expect(checkArgument({ count: '${{ inputs.count }}', list: '${{ inputs.list }}' }, schema)).toEqual([])
  })
})
