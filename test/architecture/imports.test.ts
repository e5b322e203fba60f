import { describe, expect, test } from 'vitest'
import { readFiles } from '../support/source-files.ts'
import { folders, importProblems } from './import-rules.ts'

const sources = readFiles((path) => path.startsWith('src/') && path.endsWith('.ts'))

test('every folder imports only what the table allows', () => {
  expect(sources.length).toBeGreaterThan(20)
  expect(importProblems(sources)).toEqual([])
})

test('the table is one-directional: a line only names lines above it', () => {
  const above = new Set<string>()
  for (const [folder, allowed] of Object.entries(folders)) {
    for (const name of Object.keys(allowed)) expect(above, `${folder} names ${name}`).toContain(name)
    above.add(folder)
  }
})

describe('the rules find', () => {
  test.each([
    ['src/base/a.ts', `import { b } from '../ports/b.ts'`, 'base may not import ports'],
    ['src/cli/a.ts', `const b = await import('../plan/b.ts')`, 'cli may not import plan'],
    ['src/rollout/a.ts', `export * from '../run/b.ts'`, 'rollout may not import run'],
    ['src/book/a.ts', `type B = import('../node/b.ts').B`, 'book may not import node'],
    ['src/plan/a.ts', `import { b } from '../ports/b.ts'`, 'plan may only import types of ports'],
    ['src/run/a.ts', `import { readFileSync } from 'node:fs'`, 'run may not import "node:fs"'],
    ['src/executors/ssh/a.ts', `import { createServer } from 'node:net'`, 'executors may not import "node:net"'],
    ['src/executors/ssh/a.ts', `import { Client } from 'ssh2'`, 'executors may not import the package "ssh2"'],
    ['src/run/a.ts', `import { b } from './b'`, '"./b" does not end in .ts'],
    ['src/run/a.ts', `import { b } from '../../test/b.ts'`, '"../../test/b.ts" is outside of src/'],
    ['src/misc/a.ts', '', 'the table of imports does not know the folder "misc"'],
    ['src/index.ts', `export * from './cli/b.ts'`, 'the library does not contain the command line'],
  ])('%s with %s', (path, text, problem) => {
    const problems = importProblems([{ path, text }])
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(problem)
  })
})

describe('the rules allow', () => {
  test.each([
    ['src/plan/a.ts', `import type { B } from '../ports/b.ts'`],
    ['src/plan/a.ts', `import { type B, type C } from '../ports/b.ts'`],
    ['src/executors/stackato/emulator/a.ts', `import { createServer } from 'node:net'\nimport ssh2 from 'ssh2'`],
    ['src/source/a.ts', `import { parse } from 'yaml'`],
    ['src/cli/a.ts', `import { b } from '../app/b.ts'\nimport { readFileSync } from 'node:fs'`],
  ])('%s with %s', (path, text) => {
    expect(importProblems([{ path, text }])).toEqual([])
  })
})
