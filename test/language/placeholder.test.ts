/** What was left for the author to say is told, so that nobody ships it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkFiles } from '../../src/app/check-files.ts'
import { checkFile } from '../../src/language/check-file.ts'
import { placeholder } from '../../src/language/placeholder.ts'
import { exampleFile, sampleEnvironment } from './examples.ts'

function told(text: string): readonly string[] {
  return checkFile(text, 'sample.yaml', sampleEnvironment).diagnostics.flatMap(({ code, range: { start, end } }) =>
    code === 'PLACEHOLDER_LEFT'
      ? text
          .split('\n')
          .slice(start.line - 1, end.line)
          .join('\n')
          .slice(start.column - 1, end.column - 1)
      : [],
  )
}

const manual = (yaml: string): string =>
  exampleFile({ at: 'steps', yaml: `- id: look\n  title: Look\n  manual: ${yaml}` }).text

describe('a placeholder that was left', () => {
  it.each([
    ['plain', 'TODO', ['TODO']],
    ['in double quotes', '" TODO"', ['TODO']],
    ['in single quotes', "'TODO'", ['TODO']],
    ['in a block', '|\n    TODO', ['TODO']],
    ['behind a letter of two units', '"\u{1F600}/TODO"', ['TODO']],
    ['as parts of a path', '/srv/TODO/TODO', ['TODO', 'TODO']],
    ['beside an expression', '"${{ run.id }}/TODO"', ['TODO']],
    ['in an expression', '\'See ${{ run.id == "TODO" }}\'', ['"TODO"']],
  ])('is told where it stands: %s', (_, yaml, places) => {
    expect(told(manual(yaml))).toEqual(places)
  })

  it.each([
    ['in a sentence', 'Empty the TODO list'],
    ['at the start of a sentence', '"TODO: look at it"'],
    ['in a longer word', 'TODOS'],
    ['in a longer part of a path', '/srv/TODO.txt'],
    ['in small letters', 'todo'],
    ['in quotes in a sentence', 'Press "TODO"'],
    ['in a text of an expression', '\'${{ run.id == "TODO list" }}\''],
  ])('is an ordinary word %s', (_, yaml) => {
    expect(told(manual(yaml))).toEqual([])
  })

  it('is told once for an anchor with aliases', () => {
    const text = exampleFile({
      at: 'steps',
      yaml: '- {id: look, title: Look, manual: &later TODO}\n- {id: see, title: See, manual: *later}',
    }).text
    expect(told(text)).toEqual([placeholder])
  })

  it('is told of scenarios and catalogs, too', () => {
    expect(told('rollbook: scenario/v1\nname: fast\ntitle: TODO\n')).toEqual(['TODO'])
    expect(told('rollbook: catalog/v1\nname: releases\ntitle: TODO\n')).toEqual(['TODO'])
  })

  it('is told of an inventory by `rollbook validate`, and not where the value is refused anyway', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'placeholder-'))
    try {
      const targets = 'targets:\n  one: {kind: node, address: TODO}\n  two: {kind: node, system: TODO}\n'
      writeFileSync(join(cwd, 'i.yaml'), `rollbook: inventory/v1\n${targets}`)
      const { diagnostics } = await checkFiles({ paths: ['i.yaml'], cwd })
      expect(diagnostics.map(({ code, severity, range }) => `${range.start.line} ${severity} ${code}`)).toEqual([
        '3 warning PLACEHOLDER_LEFT',
        expect.stringMatching(/^4 error INVENTORY_/),
      ])
    } finally {
      rmSync(cwd, { recursive: true })
    }
  })
})
