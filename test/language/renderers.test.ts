import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../../src/base/diagnostic.ts'
import { renderConcise } from '../../src/language/render-concise.ts'
import { renderGithub } from '../../src/language/render-github.ts'
import { renderJson } from '../../src/language/render-json.ts'
import { renderPretty, summarize } from '../../src/language/render-pretty.ts'
import { renderSarif } from '../../src/language/render-sarif.ts'
import { plainPaint } from './plain-paint.ts'

const range = { start: { line: 2, column: 3 }, end: { line: 2, column: 6 } }
const first: Diagnostic = {
  file: 'a b/upgrade.yaml',
  code: 'ID_DUPLICATE',
  severity: 'error',
  message: 'the step id "a" is used twice, 100%',
  hint: 'give one of them another id',
  range,
  related: [
    {
      file: 'a b/upgrade.yaml',
      message: 'first defined here',
      range: { start: { line: 1, column: 1 }, end: { line: 1, column: 2 } },
    },
  ],
  fix: { title: 'Change to "b"', safe: true, edits: [{ range, text: 'b' }] },
}
const second: Diagnostic = {
  file: 'b.yaml',
  code: 'INPUT_UNUSED',
  severity: 'warning',
  message: 'the input "x" is used nowhere',
  range,
}
const third: Diagnostic = { ...second, code: 'DEADLINE_MISSING', severity: 'hint' }

describe('concise', () => {
  it('is one line for each finding, whatever the message holds', () => {
    const broken = { ...second, message: 'the rule does not hold\n  (a is false)', file: 'b\u001b.yaml' }
    expect(renderConcise([first, broken])).toBe(
      'a b/upgrade.yaml:2:3 error the step id "a" is used twice, 100% [ID_DUPLICATE]\n' +
        'b�.yaml:2:3 warning the rule does not hold (a is false) [INPUT_UNUSED]\n',
    )
    expect(renderConcise([])).toBe('')
  })
})

describe('json', () => {
  it('has exactly the shape that is promised', () => {
    expect(JSON.parse(renderJson([first, second]))).toEqual({
      diagnostics: [
        {
          file: 'a b/upgrade.yaml',
          code: 'ID_DUPLICATE',
          severity: 'error',
          message: 'the step id "a" is used twice, 100%',
          hint: 'give one of them another id',
          range,
          related: first.related,
        },
        {
          file: 'b.yaml',
          code: 'INPUT_UNUSED',
          severity: 'warning',
          message: 'the input "x" is used nowhere',
          range,
          related: [],
        },
      ],
    })
    expect(JSON.parse(renderJson([]))).toEqual({ diagnostics: [] })
  })
})

describe('sarif', () => {
  it('names the tool, its rules and each result with places and fix', () => {
    const log = JSON.parse(renderSarif([first, second, third]))
    expect(log.version).toBe('2.1.0')
    const [run] = log.runs
    expect(run.tool.driver.name).toBe('rollbook')
    expect(run.tool.driver.rules.map((rule: { id: string }) => rule.id)).toEqual([
      'DEADLINE_MISSING',
      'ID_DUPLICATE',
      'INPUT_UNUSED',
    ])
    expect(run.results.map((result: { level: string }) => result.level)).toEqual(['error', 'warning', 'note'])
    const [result] = run.results
    expect(run.tool.driver.rules[result.ruleIndex].id).toBe('ID_DUPLICATE')
    expect(result.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'a%20b/upgrade.yaml' },
      region: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 6 },
    })
    expect(result.relatedLocations[0].message.text).toBe('first defined here')
    expect(result.fixes[0].artifactChanges[0].replacements).toEqual([
      { deletedRegion: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 6 }, insertedContent: { text: 'b' } },
    ])
  })
})

describe('github', () => {
  it('is one command per finding, with what would break it escaped', () => {
    expect(renderGithub([first, { ...third, file: 'a,b:c.yaml', message: 'two\nlines' }])).toBe(
      '::error file=a b/upgrade.yaml,line=2,endLine=2,col=3,endColumn=5,title=ID_DUPLICATE::the step id "a" is used twice, 100%25; give one of them another id\n' +
        '::notice file=a%2Cb%3Ac.yaml,line=2,endLine=2,col=3,endColumn=5,title=DEADLINE_MISSING::two%0Alines\n',
    )
  })
})

describe('pretty', () => {
  const tag = (name: string) => (text: string) => `<${name}>${text}</${name}>`
  it('marks the words and puts colour on them', () => {
    const texts = new Map([['b.yaml', 'one\n  two three\n']])
    const paint = { ...plainPaint, yellow: tag('yellow') }
    expect(renderPretty([second], { texts, paint, columns: 80 })).toBe(
      `<yellow>warning[INPUT_UNUSED]</yellow>: the input "x" is used nowhere
 --> b.yaml:2:3
  |
2 |   two three
  |   <yellow>^^^</yellow>

`,
    )
  })

  it('keeps tabs, so that carets stand under the words', () => {
    const texts = new Map([['b.yaml', 'one\n\t two\n']])
    expect(renderPretty([second], { texts, paint: plainPaint, columns: 80 })).toContain('2 | \t two\n  | \t ^^^\n')
  })

  it('needs no text of the file', () => {
    expect(renderPretty([second], { texts: new Map(), paint: plainPaint, columns: 80 })).toBe(
      'warning[INPUT_UNUSED]: the input "x" is used nowhere\n --> b.yaml:2:3\n\n',
    )
  })

  it('counts in words', () => {
    expect(summarize([first, second, second, third], 2)).toBe('1 error, 2 warnings, 1 hint in 2 files')
    expect(summarize([], 1)).toBe('no findings in 1 file')
  })
})
