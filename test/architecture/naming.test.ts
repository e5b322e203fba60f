import { expect, test } from 'vitest'
import { listFiles } from '../support/source-files.ts'
import { mirrorProblems, namingProblems } from './naming-rules.ts'

const code = listFiles().filter((path) => /^(src|test|bench|editors)\/.*\.ts$/.test(path))

test('files and folders of code are in kebab-case and named after what is inside', () => {
  expect(code.length).toBeGreaterThan(40)
  expect(namingProblems(code)).toEqual([])
})

test('test/ mirrors src/', () => {
  const tests = code.filter((path) => path.startsWith('test/'))
  const folders = code.flatMap((path) => (path.startsWith('src/') ? [path.split('/')[1] ?? ''] : []))
  expect(mirrorProblems(tests, folders)).toEqual([])
})

test.each([
  ['src/run/stepState.ts', ['src/run/stepState.ts: "stepState" is not in kebab-case']],
  ['src/run/utils/text.ts', ['src/run/utils/text.ts: "utils" does not say what is inside']],
  ['src/run/helpers.ts', ['src/run/helpers.ts: "helpers" does not say what is inside']],
  ['src/Run/step.ts', ['src/Run/step.ts: "Run" is not in kebab-case']],
  ['test/run/step-state.test.ts', []],
  ['src/language/runbook.generated.ts', []],
])('the rule judges %s', (path, problems) => {
  expect(namingProblems([path])).toEqual(problems)
})

test('the rule finds a test that mirrors nothing', () => {
  expect(mirrorProblems(['test/odd/a.test.ts', 'test/run/a.test.ts'], ['run'])).toEqual([
    'test/odd/a.test.ts: there is no src/odd',
  ])
})
