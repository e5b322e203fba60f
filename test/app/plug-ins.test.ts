import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { executor as shelf } from '../../docs/examples/shelf/src/index.ts'
import { manifestOf } from '../../src/app/plugins/manifest.ts'
import { runCli } from '../../src/cli/run-cli.ts'
import { type CapturedIo, captureIo } from '../support/captured-io.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rollbook-plug-ins-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const marks: string[] = []
afterAll(() => {
  for (const mark of marks) delete (globalThis as Record<string, unknown>)[mark]
})

function save(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
}

async function say(
  line: string,
  cwd = root,
): Promise<{ readonly code: number; readonly text: string; readonly io: CapturedIo }> {
  const io = captureIo({ cwd, columns: 200 })
  const code = await runCli(line.split(' '), io)
  return { code, text: `${io.out()}${io.err()}`, io }
}

/** Source of a module with one small executor; it leaves a mark when it is loaded. */
function moduleOf(mark: string, more = ''): string {
  marks.push(mark)
  return `globalThis[${JSON.stringify(mark)}] = true
const object = (properties, required = []) => ({ type: 'object', properties, required, additionalProperties: false })
const capabilities = { effect: 'none', idempotent: true, probe: false, dry_run: false, reversible: false, resumable: false }
export const executor = {
  name: 'lamp', title: 'Lamp', description: 'A lamp that can be looked at.', contract: 1,
  actions: [{
    name: 'lamp.look', title: 'Look', description: 'Looks at the lamp.',
    with: object({ room: { type: 'string', title: 'Room', description: 'Where it hangs.' } }, ['room']),
    outputs: object({ on: { type: 'boolean', title: 'On', description: 'Whether it shines.' } }, ['on']),
    capabilities, duration: { expected_ms: 10, worst_ms: 100 }, runs_on: 'control', example: { room: 'hall' },
    describe: (args) => 'look at the lamp in ' + args.room,
    check: (args) => args.room === 'cellar' ? ['there is no lamp in the cellar'] : [],
    perform: async () => ({ outputs: { on: true }, summary: 'it shines' }),
    ${more}
  }],
}
`
}

/** The manifest as the command writes it. */
async function withManifest(folder = './lamp'): Promise<void> {
  const { code, text } = await say(`executor manifest ${folder} --module ./lamp.mjs`)
  expect(code, text).toBe(0)
}

const runbook = `rollbook: runbook/v1
name: look
title: Look
version: 1.0.0
phases:
  - id: look
    kind: connectivity
    title: Look
    steps:
      - {id: look, title: Look, action: lamp.look, with: {room: hall}}
`
const inventory = 'rollbook: inventory/v1\ntargets: {web-1: {kind: host}}\n'
const config = 'rollbook: config/v1\nexecutors: [./lamp]\n'
const base = { 'look.yaml': runbook, 'inventory.yaml': inventory, 'rollbook.config.yaml': config }
const isLoaded = (mark: string): boolean => mark in globalThis

describe('an executor of a folder', () => {
  it('is known to validate by its manifest, without its code being run', async () => {
    save({ ...base, 'lamp/lamp.mjs': moduleOf('loaded-1') })
    await withManifest()
    writeFileSync(join(root, 'lamp/lamp.mjs'), 'globalThis["loaded-1b"] = true; throw new Error("never run")')
    save({ 'bad.yaml': runbook.replace('room: hall', 'rom: hall') })
    expect(await say('validate look.yaml')).toMatchObject({ code: 0 })
    const bad = await say('validate bad.yaml')
    expect(bad.code).toBe(1)
    expect(bad.text).toContain('unknown key "rom" in the arguments of lamp.look')
    expect((await say('explain lamp.look')).text).toContain('Looks at the lamp.')
    expect((await say('explain')).text).toContain('lamp.look')
    expect(isLoaded('loaded-1b')).toBe(false)
  })

  it('is loaded by plan, where its own rules count, and by validate only when the configuration says so', async () => {
    save({ ...base, 'lamp/lamp.mjs': moduleOf('loaded-2'), 'cellar.yaml': runbook.replace('hall', 'cellar') })
    await withManifest()
    expect((await say('validate cellar.yaml')).code).toBe(0)
    const planned = await say('plan cellar.yaml -i inventory.yaml')
    expect(planned.code).toBe(1)
    expect(planned.text).toContain('there is no lamp in the cellar')
    expect((await say('plan look.yaml -i inventory.yaml')).code).toBe(0)
    save({ 'rollbook.config.yaml': `${config}code_at_validate: true\n` })
    const validated = await say('validate cellar.yaml')
    expect(validated.code).toBe(1)
    expect(validated.text).toContain('there is no lamp in the cellar')
  })

  it('stays unloaded while no action of it is called for', async () => {
    save({ ...base, 'lamp/lamp.mjs': moduleOf('loaded-3') })
    await withManifest()
    writeFileSync(join(root, 'lamp/lamp.mjs'), moduleOf('loaded-3b'))
    save({ 'other.yaml': runbook.replace('lamp.look, with: {room: hall}', 'wait.for, with: {duration: 1s}') })
    expect((await say('plan other.yaml -i inventory.yaml')).code).toBe(0)
    expect(isLoaded('loaded-3b')).toBe(false)
  })

  it('runs, is written into the record, and is asked for again by resume', async () => {
    save({ ...base, 'lamp/lamp.mjs': moduleOf('loaded-4') })
    save({
      'look.yaml': `${runbook}  - id: end\n    kind: closing\n    title: End\n    steps:\n      - {id: people, title: Tell people, manual: Tell them.}\n      - {id: again, title: Again, action: lamp.look, with: {room: hall}}\n`,
    })
    await withManifest()
    const begun = await say('run look.yaml -i inventory.yaml --unattended --by Ines --id look-1')
    expect(begun.code, begun.text).toBe(1)
    const record = JSON.parse(readFileSync(join(root, '.rollbook/runs/look-1/run.json'), 'utf8')) as {
      readonly meta: { readonly executors: readonly { readonly name: string; readonly use: string }[] }
      readonly sources: readonly { readonly role: string; readonly path: string }[]
    }
    expect(record.meta.executors).toMatchObject([{ name: 'lamp', use: './lamp' }])
    expect(record.sources).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ role: 'config', path: 'rollbook.config.yaml' }),
        expect.objectContaining({ role: 'executor', path: 'lamp/rollbook-executor.json' }),
      ]),
    )
    rmSync(join(root, 'rollbook.config.yaml'))
    const gone = await say('resume look-1 --by Ines')
    expect(gone.code).toBe(1)
    expect(gone.text).toContain('the run calls for "lamp.look", and no executor here has it [EXECUTOR_GONE]')
    save({ 'rollbook.config.yaml': config, 'lamp/lamp.mjs': `${moduleOf('loaded-4')}// cured\n` })
    await say('resume look-1 --by Ines')
    const journal = (await say('report look-1 -o record.md')).code
    expect(journal).toBe(0)
    expect(readFileSync(join(root, 'record.md'), 'utf8')).toContain('is another one than at the start of the run')
  })
})

describe('an executor of a package', () => {
  it('is found in the nearest node_modules, from a folder below', async () => {
    save({ ...base, 'node_modules/@acme/lamp/lamp.mjs': moduleOf('loaded-5'), 'deep/er/look.yaml': runbook })
    save({ 'rollbook.config.yaml': 'rollbook: config/v1\nexecutors: ["@acme/lamp"]\n' })
    await withManifest('./node_modules/@acme/lamp')
    expect((await say('validate look.yaml', join(root, 'deep/er'))).code).toBe(0)
    expect((await say('executor list', join(root, 'deep'))).text).toMatch(/lamp +Lamp +1 +@acme\/lamp/)
  })
})

describe('what is wrong is told at its place in the configuration', () => {
  const manifest = (change: Readonly<Record<string, unknown>>): string =>
    JSON.stringify({ ...manifestOf(shelf, { module: './lamp.mjs' }), ...change })

  it.each([
    [
      'EXECUTOR_MISSING',
      { 'rollbook.config.yaml': 'rollbook: config/v1\nexecutors: [./gone]\n' },
      'there is no folder "./gone"',
    ],
    [
      'EXECUTOR_MISSING',
      { 'rollbook.config.yaml': 'rollbook: config/v1\nexecutors: [acme-lamp]\n' },
      'Run: npm install acme-lamp',
    ],
    ['EXECUTOR_MANIFEST', { 'lamp/lamp.mjs': '' }, '"./lamp" has no rollbook-executor.json'],
    [
      'EXECUTOR_MANIFEST',
      { 'lamp/rollbook-executor.json': '{"rollbook": "executor/v1", "contract": 1}' },
      'is not right: ',
    ],
    [
      'EXECUTOR_MANIFEST',
      { 'lamp/rollbook-executor.json': manifest({ name: 'lantern' }) },
      'does not begin with "lantern."',
    ],
    [
      'EXECUTOR_MANIFEST',
      { 'lamp/rollbook-executor.json': manifest({ module: './../../evil.mjs' }) },
      '"./../../evil.mjs"',
    ],
    [
      'EXECUTOR_CONTRACT',
      { 'lamp/rollbook-executor.json': manifest({ contract: 2 }) },
      'Update Rollbook, or take an older version',
    ],
    [
      'EXECUTOR_CONTRACT',
      { 'lamp/rollbook-executor.json': '{"rollbook": "executor/v2", "contract": 2}' },
      'keeps version 2',
    ],
    [
      'EXECUTOR_NAME_TAKEN',
      {
        'lamp/rollbook-executor.json': manifest({
          name: 'http',
          actions: manifestOf(shelf, { module: './a.js' }).actions.map((each) => ({
            ...each,
            name: each.name.replace('shelf', 'http'),
          })),
        }),
      },
      'ships with Rollbook',
    ],
    ['CONFIG_KIND', { 'rollbook.config.yaml': inventory }, 'a file of the kind inventory'],
  ])('%s: %#', async (code, files, words) => {
    save({ ...base, ...files })
    const { code: exit, text } = await say('validate look.yaml')
    expect(exit).toBe(1)
    expect(text).toContain(code)
    expect(text).toContain(words)
    expect(text).toContain('rollbook.config.yaml:')
  })

  it('EXECUTOR_NAME_TAKEN: the same one twice', async () => {
    save({
      ...base,
      'lamp/lamp.mjs': moduleOf('loaded-6'),
      'rollbook.config.yaml': 'rollbook: config/v1\nexecutors: [./lamp, ./lamp2]\n',
    })
    await withManifest()
    symlinkSync(join(root, 'lamp'), join(root, 'lamp2'))
    expect((await say('validate look.yaml')).text).toContain('comes from "./lamp" already')
  })

  it.each([
    ['EXECUTOR_BROKEN', () => 'throw new Error("no lamps today")', 'cannot be loaded: no lamps today'],
    ['EXECUTOR_BROKEN', () => 'import "no-such-package"', 'install what it depends on beside it'],
    [
      'EXECUTOR_BROKEN',
      () => moduleOf('loaded-7', 'durationOf: () => { throw new Error("no clock") },'),
      'failed in durationOf of lamp.look: no clock',
    ],
    [
      'EXECUTOR_EXPORT',
      () => moduleOf('loaded-7').replace('const executor', 'const lamp'),
      'write "export": "lamp" into its rollbook-executor.json',
    ],
    ['EXECUTOR_CONTRACT', () => moduleOf('loaded-7').replace('contract: 1', 'contract: 3'), 'keeps version 3'],
    [
      'EXECUTOR_STALE',
      () => moduleOf('loaded-7').replace("title: 'Look'", "title: 'Stare'"),
      'says something else than its code about lamp.look',
    ],
  ])('%s when it is loaded: %#', async (code, source, words) => {
    const folder = `lamp-${Math.abs([...words].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 100_000)}`
    save({ ...base, [`${folder}/lamp.mjs`]: moduleOf('loaded-8') })
    save({ 'rollbook.config.yaml': `rollbook: config/v1\nexecutors: [./${folder}]\n` })
    await withManifest(`./${folder}`)
    // A module is loaded once in a process, so what is loaded now lies elsewhere.
    save({ [`${folder}/other.mjs`]: source() })
    const path = join(root, folder, 'rollbook-executor.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('./lamp.mjs', './other.mjs'))
    const { code: exit, text } = await say('plan look.yaml -i inventory.yaml')
    expect(exit, text).toBe(1)
    expect(text).toContain(`[${code}]`)
    expect(text).toContain(words)
    expect(text).not.toContain('    at ')
  })

  it('CONFIG_FOREIGN: a configuration of somebody else above the folder is refused', async () => {
    if (process.getuid?.() !== 0) return
    save({ ...base, 'deep/look.yaml': runbook })
    chownSync(join(root, 'rollbook.config.yaml'), 65_534, 65_534)
    const { code, text } = await say('validate look.yaml', join(root, 'deep'))
    expect(code).toBe(1)
    expect(text).toContain(
      '"../rollbook.config.yaml" belongs to somebody else, so nothing is taken from it [CONFIG_FOREIGN]',
    )
    expect((await say('validate look.yaml')).text).not.toContain('CONFIG_FOREIGN')
  })
})

describe('rollbook executor', () => {
  it('writes a manifest once, and says when nothing has changed', async () => {
    save({ 'lamp/lamp.mjs': moduleOf('loaded-9') })
    expect((await say('executor manifest ./lamp --module ./lamp.mjs')).text).toContain('Wrote ')
    expect((await say('executor manifest lamp')).text).toContain('is up to date')
  })

  it.each([
    ['executor', 2, 'ARGUMENT_MISSING'],
    ['executor test', 2, 'ARGUMENT_MISSING'],
    ['executor tset ./lamp', 2, 'ARGUMENT_UNEXPECTED'],
    ['executor manifest ./gone', 2, 'EXECUTOR_MISSING'],
    ['executor manifest ./empty', 1, 'EXECUTOR_MODULE'],
    ['executor test ./gone', 2, 'EXECUTOR_MISSING'],
    ['executor test gone', 2, 'EXECUTOR_MISSING'],
    ['executor list ./lamp', 2, 'ARGUMENT_UNEXPECTED'],
    ['executor test ./empty', 1, 'EXECUTOR_MANIFEST'],
    ['executor test ./lamp', 1, 'EXECUTOR_UNTESTABLE'],
    ['executor test ./told --system lab', 2, 'CONFORMANCE_SYSTEM'],
    ['executor test ./told', 1, 'CONFORMANCE_WORLD'],
  ])('%s', async (line, exit, code) => {
    const conformance = `export const conformance = { systems: { emulator: async () => { throw new Error('no power') } }, cases: [{ action: 'lamp.look', with: {}, prepare() {}, look: () => 1 }] }`
    save({
      'lamp/lamp.mjs': moduleOf('loaded-10'),
      'told/lamp.mjs': moduleOf('loaded-11'),
      'told/c.mjs': conformance,
      'empty/readme.txt': '',
    })
    await withManifest()
    await say('executor manifest ./told --module ./lamp.mjs --conformance ./c.mjs')
    const { code: found, text } = await say(line)
    expect(text).toContain(`[${code}]`)
    expect(found).toBe(exit)
  })
})
