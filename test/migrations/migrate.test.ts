import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { parse } from 'yaml'
import { commands } from '../../src/cli/commands.ts'
import { allActions } from '../../src/executors/index.ts'
import { checkFile } from '../../src/language/check-file.ts'
import { migrateText, migrations } from '../../src/migrations/index.ts'
import { deprecatedKeys, withPresentKeys } from '../../src/runbook/deprecated-keys.ts'

const runbook = `# The night.
rollbook: runbook/v1
name: night
title: A night
version: 1.0.0
roles: {operator: {title: Operator}}
components: {nodes: {select: "target.site != ''", unit: site}}
blast_radius: {max_units: "5%"} # at most
phases:
  - id: work
    kind: upgrade
    title: Work
    steps:
      - id: look # first
        title: Look
        action: check.disk
        on: nodes
        with: {path: /}
        on_failure: stop
      - id: ask
        title: Ask
        gate: {type: approval, roles: [operator], exclude_initiator: true}
`

/** The older form: each replacement must be there to be replaced. */
function older(...edits: readonly (readonly [string, string])[]): string {
  return edits.reduce((text, [present, old]) => {
    expect(text).toContain(present)
    return text.replace(present, old)
  }, runbook)
}

const codesOf = (text: string): readonly string[] =>
  checkFile(text, 'a.yaml', { actions: allActions }).diagnostics.map(({ code }) => code)

test('the present form has no findings, and nothing is migrated in it', () => {
  expect(codesOf(runbook)).toEqual([])
  expect(migrateText(runbook)).toEqual({ text: runbook, changes: [] })
})

describe('each migration gives the present text back, comments and layout included', () => {
  it.each<[string, string]>([
    ['api-version-header', older(['rollbook: runbook/v1\n', 'apiVersion: rollbook/v1\nkind: Runbook\n'])],
    ['header-without-version', older(['rollbook: runbook/v1', 'rollbook: runbook'])],
    ['blast-radius-units', older(['max_units', 'max_sites'])],
    ['key-spelling', older(['on_failure', 'onFailure'], ['exclude_initiator', 'exclude-initiator'])],
    ['words-of-other-tools', older(['with:', 'args:'], ['on: nodes', 'hosts: nodes'])],
    ['yaml-1.1-switches', older(['exclude_initiator: true', 'exclude_initiator: yes'])],
  ])('%s', (id, old) => {
    const { text, changes } = migrateText(old)
    expect(text).toBe(runbook)
    expect(new Set(changes.map(({ migration }) => migration))).toEqual(new Set([id]))
    expect(migrateText(text)).toEqual({ text, changes: [] })
    const others = migrations.filter((migration) => migration.id !== id)
    expect(migrateText(old, others).text).toBe(old)
  })

  it('all of them at once, also where one is inside of another', () => {
    const old = older(
      ['rollbook: runbook/v1\n', 'apiVersion: rollbook/v1\nkind: Runbook\n'],
      ['blast_radius: {max_units', 'blastRadius: {maxSites'],
      ['exclude_initiator: true', 'excludeInitiator: Yes'],
    )
    const { text, changes } = migrateText(old)
    expect(text).toBe(runbook)
    expect(changes).toContainEqual({ migration: 'blast-radius-units', words: 'max_sites → max_units', line: 8 })
  })
})

describe('what has not exactly one meaning stays', () => {
  it.each([
    ['a key that is known under no other name', older(['on_failure', 'on_trouble'])],
    [
      'a word of other tools where ours stands as well',
      older(['on_failure: stop', 'if: "true"\n        when: "false"']),
    ],
    ['both names of a key', older(['max_units: "5%"', 'max_units: "5%", max_sites: 3'])],
    ['switches where text may stand', older(['with: {path: /}', 'with: {path: yes}'])],
    ['data of an action', older(['with: {path: /}', 'with: {maxSites: 1, onFailure: yes}'])],
    ['a kind that is not known', older(['rollbook: runbook/v1\n', 'apiVersion: rollbook/v1\nkind: Pod\n'])],
    ['another tool', 'apiVersion: apps/v1\nkind: Runbook\n'],
    ['a newer version', older(['runbook/v1', 'runbook/v2'])],
    ['what is no YAML', 'rollbook: [\n'],
  ])('%s', (_, text) => {
    expect(migrateText(text)).toEqual({ text, changes: [] })
  })
})

describe('a deprecated key', () => {
  const old = older(['max_units', 'max_sites'])

  it('is read as its present name', () => {
    const content = (text: string): unknown => checkFile(text, 'a.yaml', { actions: allActions }).content
    expect(content(old)).toEqual(content(runbook))
  })

  it('is a warning whose fix names the migration', () => {
    const [found] = checkFile(old, 'a.yaml', { actions: allActions }).diagnostics
    expect(found).toMatchObject({
      code: 'KEY_DEPRECATED',
      severity: 'warning',
      message: 'the key "max_sites" is deprecated; it is called "max_units" now',
      hint: '"rollbook migrate" rewrites it (blast-radius-units)',
      fix: { title: 'Write "max_units" (migration blast-radius-units)', safe: true },
    })
    expect(found?.range).toEqual({ start: { line: 8, column: 16 }, end: { line: 8, column: 25 } })
  })

  it('beside its present name does not count, and is told', () => {
    const both = older(['max_units: "5%"', 'max_sites: 3, max_units: "5%"'])
    const checked = checkFile(both, 'a.yaml', { actions: allActions })
    expect(checked.content).toMatchObject({ runbook: { blast_radius: { max_units: '5%' } } })
    expect(checked.diagnostics).toMatchObject([
      { code: 'KEY_DEPRECATED', hint: expect.stringContaining('remove it') as string },
    ])
  })

  it('is marked in the schema, and only there', () => {
    const schema = readFileSync('schemas/runbook.v1.schema.json', 'utf8')
    expect(schema.match(/"deprecated": true/g)).toHaveLength(deprecatedKeys.length)
    for (const { owner, key, migration } of deprecatedKeys) {
      const definition = (JSON.parse(schema) as { $defs: Record<string, { properties: Record<string, object> }> })
        .$defs[owner]
      expect(definition?.properties[key]).toMatchObject({ deprecated: true })
      expect(migrations.map(({ id }) => id)).toContain(migration)
    }
  })
})

test('a newer version of the language is told as such', () => {
  const [found] = checkFile(runbook.replace('runbook/v1', 'runbook/v3'), 'a.yaml', { actions: allActions }).diagnostics
  expect(found).toMatchObject({
    code: 'KIND_NEWER',
    message: 'this file is written for runbook/v3, and this program reads runbook/v1 at most',
  })
  expect(codesOf('rollbook: runbook/v0\n')).toEqual(['KIND_UNKNOWN'])
})

test('any mixture of older forms comes back to the same text, in any order of migrations', () => {
  const forms: readonly (readonly [string, string])[] = [
    ['rollbook: runbook/v1', 'rollbook: runbook'],
    ['max_units', 'max_sites'],
    ['on_failure', 'on-failure'],
    ['on: nodes', 'hosts: nodes'],
    ['with:', 'params:'],
    ['exclude_initiator: true', 'exclude_initiator: on'],
  ]
  fc.assert(
    fc.property(
      fc.subarray([...forms]),
      fc.shuffledSubarray([...migrations], { minLength: migrations.length }),
      (chosen, order) => {
        expect(migrateText(older(...chosen), order).text).toBe(runbook)
      },
    ),
    { numRuns: 60 },
  )
})

test.each([
  'cato-sockets',
  'stackato-3.0',
  'aviatrix-platform',
  'cleanroom-live-upgrade',
  'helion-stackato',
  'aviatrix.catalog',
  'stackato-3.0.inventory',
  'stackato-3.0.scenario',
])('what ships is of the present form: %s', (name) => {
  const text = readFileSync(`runbooks/${name}.yaml`, 'utf8')
  expect(migrateText(text)).toEqual({ text, changes: [] })
  // Nothing is copied where nothing is old.
  const value = parse(text) as Parameters<typeof withPresentKeys>[0]
  expect(withPresentKeys(value)).toBe(value)
})

test('help and completion name the migrations that there are', () => {
  const option = commands.find(({ name }) => name === 'migrate')?.options.find(({ name }) => name === 'only')
  expect(option?.complete).toEqual(migrations.map(({ id }) => id))
})
