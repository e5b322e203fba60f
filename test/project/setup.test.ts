import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A project whose only package is a part of itself, and whose build only notes that it ran. */
function makeProject(node = '>=20.19'): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-setup-'))
  folders.push(folder)
  cpSync('.ci/setup.mjs', join(folder, '.ci/setup.mjs'))
  writeFileSync(
    join(folder, '.ci/build.mjs'),
    `import { appendFileSync } from 'node:fs'\nappendFileSync('builds', 'x')\n`,
  )
  const part = { name: 'part', version: '1.0.0' }
  mkdirSync(join(folder, 'part'))
  writeFileSync(join(folder, 'part/package.json'), JSON.stringify(part))
  const manifest = { name: 'sample', version: '1.0.0', workspaces: ['part'], engines: { node } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  const lock = {
    name: 'sample',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': manifest,
      part: { version: '1.0.0' },
      'node_modules/part': { resolved: 'part', link: true },
    },
  }
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock))
  return folder
}

function setUp(
  folder: string,
  env: Readonly<Record<string, string>> = {},
): { readonly code: number | null; readonly said: string } {
  const { status, stderr } = spawnSync(process.execPath, ['.ci/setup.mjs', 'demo'], {
    cwd: folder,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  return { code: status, said: stderr }
}

test('installs and builds the first time, says so, and is quiet when nothing changed', () => {
  const folder = makeProject()
  const first = setUp(folder)
  expect(first.said).toContain('Installing the packages of package-lock.json')
  expect(first.said).toContain('Building dist/')
  expect(first.code).toBe(0)
  expect(setUp(folder)).toEqual({ code: 0, said: '' })
  expect(readFileSync(join(folder, 'builds'), 'utf8')).toBe('x')
})

test('builds again when a source changed, and installs again when the lock did', () => {
  const folder = makeProject()
  setUp(folder)
  utimesSync(join(folder, 'package.json'), 1, 1)
  expect(setUp(folder).said).toBe('Building dist/ …\n')
  appendFileSync(join(folder, 'package-lock.json'), '\n')
  expect(setUp(folder).said).not.toContain('Installing')
  rmSync(join(folder, 'node_modules/part'))
  appendFileSync(join(folder, 'package-lock.json'), '\n')
  expect(setUp(folder).said).toContain('Installing')
  expect(existsSync(join(folder, 'node_modules/part'))).toBe(true)
})

test('npx finds the program, also when it looked before the program was built', () => {
  const folder = makeProject()
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const withProgram = { ...manifest, bin: { 'sample-program': 'dist/sample.mjs' } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(withProgram))
  writeFileSync(
    join(folder, '.ci/build.mjs'),
    `import { mkdirSync, writeFileSync } from 'node:fs'
mkdirSync('dist', { recursive: true })
writeFileSync('dist/sample.mjs', '#!/usr/bin/env node\\nconsole.log("here")\\n', { mode: 0o755 })\n`,
  )
  const npx = () =>
    spawnSync('npx', ['--offline', 'sample-program'], {
      cwd: folder,
      env: { ...process.env, npm_config_cache: join(folder, 'cache') },
      encoding: 'utf8',
    })
  expect(npx().status).not.toBe(0)
  expect(setUp(folder).code).toBe(0)
  expect(npx().stdout).toBe('here\n')
})

test('packages that cannot be installed are told in one sentence', () => {
  const folder = makeProject()
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, dependencies: { gone: 'file:./gone' } }))
  const { code, said } = setUp(folder)
  expect(said).toMatch(/^setup: npm ci failed; its own words stand above\.$/m)
  expect(said).not.toMatch(/^ {4}at /m)
  expect(code).toBe(1)
})

test('an old Node is told in one sentence', () => {
  const folder = makeProject('>=99.1')
  const { code, said } = setUp(folder)
  expect(said).toBe(`setup: Rollbook needs Node 99.1 or newer, and this is Node ${process.versions.node}.\n`)
  expect(code).toBe(1)
  expect(existsSync(join(folder, 'node_modules'))).toBe(false)
})

test('a missing program is named, with what it is for and how to get it', () => {
  const folder = makeProject()
  setUp(folder)
  const { code, said } = setUp(folder, { PATH: join(folder, 'nothing') })
  expect(said).toBe(
    'setup: Missing: ssh (the connection to every target). On Debian or Ubuntu: apt-get install openssh-client\n',
  )
  expect(code).toBe(1)
})
