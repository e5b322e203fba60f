import { describe, expect, it } from 'vitest'
import type { QuickFix } from '../../src/base/diagnostic.ts'
import { catalogue } from '../../src/language/catalogue/catalogue.ts'
import type { CatalogueEntry } from '../../src/language/catalogue/entry.ts'
import { checkFile } from '../../src/language/check-file.ts'
import { makeLineIndex } from '../../src/source/index.ts'
import { checkExample, exampleFile, sampleEnvironment } from './examples.ts'

function apply(text: string, fix: QuickFix): string {
  const index = makeLineIndex(text)
  const edits = fix.edits.map((edit) => ({
    start: index.offset(edit.range.start),
    end: index.offset(edit.range.end),
    text: edit.text,
  }))
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((changed, edit) => changed.slice(0, edit.start) + edit.text + changed.slice(edit.end), text)
}

const fixable = Object.entries<CatalogueEntry>(catalogue).flatMap(([code, entry]) => {
  const fix = checkExample(entry.bad).diagnostics[0]?.fix
  return fix ? [[code, exampleFile(entry.bad).text, fix] as const] : []
})

describe('a quick fix', () => {
  it('exists for what has one obvious cure', () => {
    expect(fixable.map(([code]) => code)).toEqual(
      expect.arrayContaining([
        'KEY_UNKNOWN',
        'KEY_MISSING',
        'YAML_UNQUOTED_COLON',
        'DURATION_INVALID',
        'VERSION_INVALID',
        'EXPRESSION_WRAPPED',
        'NAME_INVALID',
      ]),
    )
  })

  it.each(fixable.filter(([, , fix]) => fix.safe))('of %s leaves nothing of the finding', (code, text, fix) => {
    const { diagnostics } = checkFile(apply(text, fix), 'fixed.yaml', sampleEnvironment)
    expect(diagnostics.map((diagnostic) => diagnostic.code)).not.toContain(code)
  })

  it('that adds a key puts it where YAML reads it', () => {
    const text = exampleFile(catalogue.KEY_MISSING.bad).text
    const [diagnostic] = checkExample(catalogue.KEY_MISSING.bad).diagnostics
    const { diagnostics, source } = checkFile(apply(text, diagnostic!.fix!), 'fixed.yaml', sampleEnvironment)
    expect(diagnostics.map(({ code }) => code)).toEqual(['PLACEHOLDER_LEFT'])
    expect(source.text).toContain('      - title: TODO\n        id: look\n')
  })
})
