import { expect, it } from 'vitest'
import { codesIn, codesInLiterals } from './code-literals.ts'

const found = (text: string, path = 'src/app/a.ts') => codesIn([{ path, text }])

it.each([
  ["throw new RollbookError('RUN_GONE', 'x')", ['RUN_GONE']],
  ["return new UsageError(late ? 'RUN_LATE' : 'RUN_EARLY', 'x')", ['RUN_LATE', 'RUN_EARLY']],
  ["type Code = 'RUN_GONE' | 'RUN_LATE'", ['RUN_GONE', 'RUN_LATE']],
  ["wrongUse('OPTION_ODD', message)", ['OPTION_ODD']],
  ["env['NO_COLOR']", []],
  ['// RUN_GONE', []],
])('%s', (text, codes) => {
  expect([...found(text).codes.keys()]).toEqual(codes)
  expect(found(text).problems).toEqual([])
})

it.each([
  ["throw new RollbookError('gone', 'x')", 'src/app/a.ts:1: "gone" is not in the form of a code'],
  ['throw new UsageError(word, message)', 'src/app/a.ts:1: the code is neither a literal nor handed on as "code"'],
])('%s hides its code', (text, problem) => {
  expect(found(text).problems).toEqual([problem])
})

it('names of products in executors are no codes, and codes of their errors are', () => {
  const text = "const model = 'X1500_BR2'\nthrow new UsageError('FAULT_ODD', 'x')"
  expect([...found(text, 'src/executors/a/b.ts').codes.keys()]).toEqual(['FAULT_ODD'])
})

it('a comment of a test brings nothing about', () => {
  const text =
    "// RUN_GONE\nexpect(err).toMatch(/RUN_LATE/)\nexpect(a).toBe(`${b} [RUN_ODD]`)\nexpect(c).toBe('RUN_EARLY x')"
  expect([...codesInLiterals({ path: 'test/a.test.ts', text })]).toEqual(['RUN_LATE', 'RUN_ODD', 'RUN_EARLY'])
})
