import { describe, expect, it } from 'vitest'
import { catalogue } from '../../src/language/catalogue/catalogue.ts'
import type { CatalogueEntry } from '../../src/language/catalogue/entry.ts'
import { checkFile } from '../../src/language/check-file.ts'
import { sourceLimits } from '../../src/source/index.ts'
import { checkExample, sampleEnvironment } from './examples.ts'

/** Findings that a fragment of YAML cannot show; each has a test of its own. */
const withoutExample = new Set(['FILE_TOO_LARGE', 'FILE_NOT_TEXT', 'SCENARIO_PLACE_UNKNOWN'])

describe.each(Object.entries<CatalogueEntry>(catalogue))('%s', (code, entry) => {
  if (!withoutExample.has(code)) {
    it('is found in its bad example, and nothing else is', () => {
      const { diagnostics } = checkExample(entry.bad)
      expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code])
    })
  }

  it('is not found in its good example, nor is anything else', () => {
    expect(checkExample(entry.good).diagnostics).toEqual([])
  })

  it('is worded for people', () => {
    expect(entry.title).toMatch(/^["A-Z].*[^.]$/)
    expect(entry.explanation).toMatch(/^[`"A-Z*].*[.]$/s)
  })
})

describe('FILE_TOO_LARGE', () => {
  it('is told for a file past the limit, without reading it', () => {
    const { diagnostics } = checkFile('#'.repeat(sourceLimits.lengthMax + 1), 'large.yaml', sampleEnvironment)
    expect(diagnostics.map(({ code, range }) => ({ code, range }))).toEqual([
      { code: 'FILE_TOO_LARGE', range: { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } } },
    ])
  })
})
