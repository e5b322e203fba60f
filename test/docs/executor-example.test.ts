/**
 * The worked example, as somebody else has it: copied out of the source tree, built and packed there, installed in a
 * project, and used by the program as it ships. What it takes to add a system is counted in files.
 */
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Shelf, startShelf } from '../../docs/examples/shelf/src/emulator.ts'
import { builtProgram } from '../support/program.ts'

const root = process.cwd()
const example = join(root, 'docs/examples/shelf')
const guide = readFileSync('docs/guides/write-an-executor.md', 'utf8')

let folder: string
let shelf: Shelf
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-elsewhere-'))
  shelf = await startShelf({ token: 'the-token-of-the-shelf', installMs: 100 })
})
afterAll(async () => {
  await shelf.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Said {
  readonly status: number | null
  readonly out: string
  readonly text: string
}

/** Types a command into the program as it ships. */
function rollbook(cwd: string, ...words: readonly string[]): Promise<Said> {
  return program(builtProgram(), cwd, words)
}

/** Asynchronous, because the appliance answers from this process. */
async function program(path: string, cwd: string, words: readonly string[]): Promise<Said> {
  return await new Promise((done) => {
    const env = { ...process.env, SHELF_TOKEN: shelf.token, NO_COLOR: '1' }
    execFile(process.execPath, [path, ...words], { cwd, env, encoding: 'utf8' }, (error, out, err) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : null
      done({ status, out, text: `${out}${err}` })
    })
  })
}

/** A block of the guide that it asks to save. */
function saved(name: string): string {
  const text = new RegExp(`^\`\`\`yaml file=${name}\n([\\s\\S]*?)^\`\`\``, 'm').exec(guide)?.[1]
  if (text === undefined) throw new Error(`the guide has no ${name}`)
  return name === 'inventory.yaml' ? text.replace('http://192.0.2.20:8080', shelf.url) : text
}

/** What a clone has after `npm install`: the library by its name, with its types, and the compiler’s. */
function installLibrary(into: string): void {
  mkdirSync(join(into, 'node_modules/@types'), { recursive: true })
  symlinkSync(root, join(into, 'node_modules/rollbook'))
  symlinkSync(join(root, 'node_modules/@types/node'), join(into, 'node_modules/@types/node'))
  symlinkSync(join(root, 'node_modules/undici-types'), join(into, 'node_modules/undici-types'))
}

function git(cwd: string, ...words: readonly string[]): string {
  const who = ['-c', 'user.name=Ines', '-c', 'user.email=ines@example.org']
  return execFileSync('git', [...who, ...words], { cwd, encoding: 'utf8' })
}

/** Compiles the copied example as its `npm run build` does. */
function compile(copy: string): void {
  builtProgram()
  execFileSync(process.execPath, ['-e', "import('./.ci/build.mjs').then((module) => module.buildTypes())"], {
    cwd: root,
  })
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], { cwd: copy })
}

describe('the worked example outside of the source tree', () => {
  let copy: string
  let project: string
  beforeAll(async () => {
    copy = join(folder, 'shelf')
    cpSync(example, copy, { recursive: true })
    installLibrary(copy)
    compile(copy)
    project = join(folder, 'project')
    mkdirSync(project)
    writeFileSync(join(project, 'package.json'), '{"name": "project", "private": true}\n')
    writeFileSync(join(project, 'rollbook.config.yaml'), 'rollbook: config/v1\nexecutors: [rollbook-executor-shelf]\n')
    for (const name of ['upgrade.yaml', 'inventory.yaml']) writeFileSync(join(project, name), saved(name))
  })

  it('is built, its manifest is what its code makes, and it is packed and installed like any package', async () => {
    expect(await rollbook(copy, 'executor', 'manifest', '.')).toMatchObject({
      status: 0,
      out: expect.stringMatching(/up to date/),
    })
    const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
      cwd: copy,
      encoding: 'utf8',
    })
    const words = [
      'install',
      '--offline',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--legacy-peer-deps',
      '--silent',
    ]
    execFileSync('npm', [...words, join(folder, packed.trim().split('\n').at(-1)!)], { cwd: project, encoding: 'utf8' })
    const installed = join(project, 'node_modules/rollbook-executor-shelf')
    expect(readdirSync(installed).sort()).toEqual(['dist', 'package.json', 'rollbook-executor.json'])
    if (!readdirSync(join(project, 'node_modules')).includes('rollbook'))
      symlinkSync(root, join(project, 'node_modules/rollbook'))
    expect((await rollbook(project, 'executor', 'list')).out).toMatch(
      /shelf +Shelf appliance +4 +rollbook-executor-shelf 1\.0\.0/,
    )
  })

  it('a runbook with its actions is validated, planned, described, run to its end and reported', async () => {
    shelf.reset({ values: { messages: 'loud' }, version: '1.0.0' })
    expect(await rollbook(project, 'validate')).toMatchObject({ status: 0 })
    const sources = ['upgrade.yaml', '-i', 'inventory.yaml', '--set', 'release=2.1.0']
    const planned = await rollbook(project, 'plan', ...sources)
    expect(planned.text).toContain('install 2.1.0 on shelf-1')
    expect(planned.status).toBe(0)
    expect(await rollbook(project, 'book', ...sources, '-o', 'book.md')).toMatchObject({ status: 0 })
    expect(readFileSync(join(project, 'book.md'), 'utf8')).toContain('install 2.1.0 on shelf-1')
    const run = await rollbook(project, 'run', ...sources, '--unattended', '--by', 'Ines', '--id', 'shelf-1')
    expect(run.status, run.text).toBe(0)
    expect(shelf.state()).toEqual({
      values: { messages: 'quiet' },
      notes: ['Upgrade to 2.1.0 begins'],
      version: '2.1.0',
    })
    expect(run.text).not.toContain(shelf.token)
    expect(await rollbook(project, 'report', 'last', '-o', 'report.md')).toMatchObject({ status: 0 })
    expect(await rollbook(project, 'verify', 'last')).toMatchObject({ status: 0 })
  })

  it('what it did is undone by its own inverses, in reverse order', async () => {
    shelf.reset({ values: { messages: 'loud' }, version: '1.0.0' })
    writeFileSync(
      join(project, 'fails.yaml'),
      saved('upgrade.yaml').replace('with: {key: messages}', 'with: {key: gone}\n        on_failure: back_out'),
    )
    const run = await rollbook(
      project,
      'run',
      'fails.yaml',
      '-i',
      'inventory.yaml',
      '--set',
      'release=2.1.0',
      '--unattended',
      '--by',
      'Ines',
      '--id',
      'shelf-2',
    )
    expect(run.status, run.text).toBe(1)
    expect(shelf.state()).toEqual({ values: { messages: 'loud' }, notes: [], version: '1.0.0' })
  })

  it('keeps the contract, as `rollbook executor test` finds', async () => {
    const tested = await rollbook(project, 'executor', 'test', 'rollbook-executor-shelf', '--json')
    expect(tested.status, tested.text).toBe(0)
    expect(JSON.parse(tested.out)).toMatchObject({
      executor: 'shelf',
      contract: 1,
      system: 'emulator',
      passed: true,
      findings: [],
    })
  })

  it('breaks it when its code keeps something in memory, or its manifest lags behind', async () => {
    const broken = join(project, 'broken')
    cpSync(join(project, 'node_modules/rollbook-executor-shelf'), broken, { recursive: true })
    const note = join(broken, 'dist/actions/note.js')
    const source = readFileSync(note, 'utf8')
    const forgetful = source
      .replace("title: 'Add to the logbook'", "title: 'Write into the logbook'")
      .replace(
        'async undo(context, args, outputs) {',
        'async undo(context, args, outputs) { if (!done.has(outputs.id)) return { outputs: {} };',
      )
      .replace(
        "return { outputs: { id: context.effect }, summary: 'noted' }",
        'done.add(context.effect); return { outputs: { id: context.effect } }',
      )
    expect(forgetful.length).toBeGreaterThan(source.length)
    writeFileSync(note, `const done = new Set()\n${forgetful}`)
    const tested = await rollbook(project, 'executor', 'test', './broken', '--action', 'shelf.note')
    expect(tested.status).toBe(1)
    expect(tested.out).toContain('[remembers_nothing]')
    expect(tested.out).toContain('[manifest_fresh]')
    expect(tested.out).toContain('It breaks the contract: 2 findings.')
  })
})

describe('adding a sixth system touches one folder and one list', () => {
  it('in a project of one’s own: the folder of the executor, and rollbook.config.yaml', async () => {
    const own = join(folder, 'own')
    mkdirSync(own)
    writeFileSync(join(own, 'rollbook.config.yaml'), 'rollbook: config/v1\nexecutors:\n  []\n')
    writeFileSync(join(own, 'upgrade.yaml'), saved('upgrade.yaml'))
    git(own, 'init', '--quiet')
    git(own, 'add', '.')
    git(own, 'commit', '--quiet', '-m', 'before')
    expect((await rollbook(own, 'validate', 'upgrade.yaml')).status).toBe(1)

    cpSync(example, join(own, 'executors/shelf'), { recursive: true })
    writeFileSync(join(own, 'rollbook.config.yaml'), 'rollbook: config/v1\nexecutors:\n  [./executors/shelf]\n')

    expect((await rollbook(own, 'validate', 'upgrade.yaml')).text).toContain('no findings')
    const changed = git(own, 'status', '--porcelain', '--untracked-files=all').trimEnd().split('\n')
    const outside = changed.map((line) => line.slice(3)).filter((path) => !path.startsWith('executors/shelf/'))
    expect(outside).toEqual(['rollbook.config.yaml'])
    expect(git(own, 'diff', '--numstat').trim()).toBe('1\t1\trollbook.config.yaml')
  })

  it('in the source tree: src/executors/NAME, and src/executors/index.ts', async () => {
    const tree = join(folder, 'tree')
    mkdirSync(tree)
    for (const name of ['src', 'schemas', 'templates', 'package.json'])
      cpSync(join(root, name), join(tree, name), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'))
    writeFileSync(join(tree, '.gitignore'), 'node_modules\nout\n')
    git(tree, 'init', '--quiet')
    git(tree, 'add', '.')
    git(tree, 'commit', '--quiet', '-m', 'before')

    const own = join(tree, 'src/executors/shelf')
    for (const name of ['index.ts', 'call.ts', 'schema.ts', 'actions'])
      cpSync(join(example, 'src', name), join(own, name), { recursive: true })
    const list = join(tree, 'src/executors/index.ts')
    const before = readFileSync(list, 'utf8')
    const after = before
      .replace(
        "import { ssh } from './ssh/index.ts'\n",
        "import { executor as shelf } from './shelf/index.ts'\nimport { ssh } from './ssh/index.ts'\n",
      )
      .replace(/(executors: readonly Executor\[\] = \[[^\]]*?),?(\n?)\]/, '$1, shelf$2]')
    writeFileSync(list, after)

    await build({
      entryPoints: [join(tree, 'src/cli/main.ts')],
      outfile: join(tree, 'out/rollbook.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      alias: { rollbook: resolve(tree, 'src/index.ts') },
      logLevel: 'error',
    })
    writeFileSync(join(folder, 'upgrade.yaml'), saved('upgrade.yaml'))
    const validated = await program(join(tree, 'out/rollbook.mjs'), folder, ['validate', 'upgrade.yaml'])
    expect(validated.text).toContain('no findings')
    expect((await rollbook(folder, 'validate', 'upgrade.yaml')).text).toContain('ACTION_UNKNOWN')
    const changed = git(tree, 'status', '--porcelain', '--untracked-files=all').trimEnd().split('\n')
    const outside = changed.map((line) => line.slice(3)).filter((path) => !path.startsWith('src/executors/shelf/'))
    expect(outside).toEqual(['src/executors/index.ts'])
  })
})
