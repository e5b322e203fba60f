import { beforeAll, describe, expect, it } from 'vitest'
import { catalogue } from '../../src/language/catalogue/catalogue.ts'
import { readFiles } from '../support/source-files.ts'
import { codeForm, codesIn, codesInLiterals } from './code-literals.ts'
import { allErrors, fileExamples, typedExamples } from './example-codes.ts'

const catalogues = /^src\/(app\/error-catalogue|language\/catalogue)\//
const errorCodes = allErrors.map(([code]) => code)
const findingCodes = Object.keys(catalogue)

describe('the catalogues and the sources', () => {
  let found: ReturnType<typeof codesIn>
  beforeAll(() => {
    const sources = readFiles((path) => /^src\/.*\.ts$/.test(path) && !/\.generated\./.test(path))
    found = codesIn(sources.filter(({ path }) => !catalogues.test(path)))
  })

  it('every error that is made says its code where it can be read', () => {
    expect(found.problems).toEqual([])
  })

  it('every code of the sources is explained', () => {
    const known = new Set([...errorCodes, ...findingCodes])
    const missing = [...found.codes].filter(([code]) => !known.has(code))
    expect(missing).toEqual([])
  })

  it('every code that is explained stands in the sources', () => {
    expect(errorCodes.filter((code) => !found.codes.has(code))).toEqual([])
  })

  it('no code is explained twice', () => {
    const all = [...errorCodes, ...findingCodes]
    expect(all.filter((code, index) => all.indexOf(code) !== index)).toEqual([])
  })
})

describe('the catalogue and the tests', () => {
  it('every code is brought about by a test', () => {
    const tests = readFiles((path) => /^test\/.*\.test\.ts$/.test(path))
    const produced = new Set([
      // Their examples are brought about one by one, by test/app/error-examples and test/language/catalogue.
      ...[...typedExamples, ...fileExamples].map(([code]) => code),
      ...findingCodes,
      ...tests.filter(({ path }) => !path.startsWith('test/app/error-')).flatMap((file) => [...codesInLiterals(file)]),
    ])
    expect(errorCodes.filter((code) => !produced.has(code))).toEqual([])
  })
})

describe('every entry', () => {
  it.each(allErrors)('%s is worded for people', (code, { title, meaning, why, cure, example }) => {
    expect(code).toMatch(codeForm)
    expect(title).toMatch(/^[A-Z].*[^.]$/)
    for (const part of [meaning, why, cure]) expect(part).toMatch(/^[`A-Z].{8,}\.$/s)
    if (example.kind === 'terminal') {
      expect(example.text).toMatch(/^\$ rollbook \S/)
      expect(example.text).toContain(`[${code}]`)
    } else expect(example.bad).not.toBe(example.good)
  })
})
