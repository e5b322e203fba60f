import { describe, expect, test } from 'vitest'
import { readFiles } from '../support/source-files.ts'
import { switchedOffProblems, traceProblems } from './hygiene-rules.ts'

const text = /\.(ts|mjs|js|json|jsonl|md|yaml|yml|ini|csv|hbs|html|svg|css|sh|txt)$|(^|\/)(\.[a-z]+|run)$/

test('no file names a package registry or a folder of the machine it was written on', () => {
  const own = ['test/architecture/hygiene.test.ts', 'test/architecture/hygiene-rules.ts']
  const files = readFiles((path) => text.test(path) && !own.includes(path))
  expect(files.map((file) => file.path)).toEqual(
    expect.arrayContaining(['package-lock.json', '.npmrc', 'src/cli/main.ts']),
  )
  expect(traceProblems(files, process.env['npm_config_registry'])).toEqual([])
})

test('no test is switched off', () => {
  const tests = readFiles((path) => path.startsWith('test/') && path.endsWith('.ts'))
  expect(tests.length).toBeGreaterThan(10)
  expect(switchedOffProblems(tests)).toEqual([])
})

describe('the rules find', () => {
  test.each([
    ['"resolved": "https://registry.packages.dev/a.tgz"', 'a.txt:1: names a package registry'],
    ['see https://mirror.local:4873/a', 'a.txt:1: names the package registry of this machine'],
    ['key: /home/alice/.ssh/id', 'a.txt:1: names the home folder of "alice"'],
    ['cd /Users/bob/x', 'a.txt:1: names the home folder of "bob"'],
    [`cd ${['', 'work', 'x'].join('/')}`, 'a.txt:1: names a folder of this machine'],
  ])('%s', (line, problem) => {
    expect(traceProblems([{ path: 'a.txt', text: line }], 'https://mirror.local:4873/')).toEqual([problem])
  })

  test.each(['test.only', 'it.skip', 'describe.todo', 'test.concurrent.only'])('%s', (call) => {
    const file = { path: 'test/a.test.ts', text: `\n${call}('x', () => {})` }
    expect(switchedOffProblems([file])).toEqual([
      `test/a.test.ts:2: ${/^\w+/.exec(call)?.[0]}.${call.split('.').at(-1)}`,
    ])
  })
})

test('the rules leave product paths, relative paths and words alone', () => {
  const fine = ['/home/stackato/stackato', 'docs/work/x', 'https://example.com/work/x', 'a registry of stewards'].join(
    '\n',
  )
  expect(traceProblems([{ path: 'a.txt', text: fine }], undefined)).toEqual([])
  expect(switchedOffProblems([{ path: 'test/a.ts', text: `options.only('x'); 'test.only'` }])).toEqual([])
})
