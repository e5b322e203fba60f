import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { actionInfosOf, executorsOf } from '../../src/app/plugins/actions-in-use.ts'
import { parseCalendar } from '../../src/calendar/index.ts'
import { checkFile } from '../../src/language/check-file.ts'
import { diagnose, diagnoseInSteps, saysWhatItIs } from '../../src/service/diagnose.ts'
import { Workspace } from '../../src/service/workspace.ts'

const known = executorsOf(process.cwd())
const settings = { actions: actionInfosOf(known), parseCalendar }
const texts = ['cato-sockets', 'helion-stackato', 'cleanroom-live-upgrade', 'aviatrix-platform'].map((name) =>
  readFileSync(`runbooks/${name}.yaml`, 'utf8'),
)

const words = [
  'id',
  'on: control',
  'point_of_no_return: true',
  'when: steps.nope.outcome == "failed"',
  'role: nobody',
  'covers: [NOPE-1]',
  'action: check.disk',
  'manual: Look',
  'deadline: 5 minutes',
  'steps.announce.outputs.x',
  'inputs.release',
]

/** Edits of whole lines and words: the text mostly stays YAML, and what it means changes. */
const anyEdit = fc.record({
  kind: fc.constantFrom('delete', 'double', 'swap', 'word', 'insert', 'replace'),
  line: fc.nat(),
  other: fc.nat(),
  word: fc.constantFrom(...words),
})

function edit(
  text: string,
  { kind, line, other, word }: typeof anyEdit extends fc.Arbitrary<infer T> ? T : never,
): string {
  const lines = text.split('\n')
  const at = line % lines.length
  const from = other % lines.length
  const here = lines[at]!
  const indent = /^ */.exec(here)![0]
  switch (kind) {
    case 'delete':
      lines.splice(at, 1)
      break
    case 'double':
      lines.splice(at, 0, here)
      break
    case 'swap':
      lines[at] = lines[from]!
      lines[from] = here
      break
    case 'insert':
      lines.splice(at, 0, `${indent}${word}`)
      break
    case 'replace':
      lines[at] = lines[from]!
      break
    case 'word': {
      const others = text.match(/[a-z][a-z_]{3,}/g)!
      const own = here.match(/[a-z][a-z_]{3,}/)?.[0]
      if (own !== undefined) lines[at] = here.replace(own, others[other % others.length]!)
    }
  }
  return lines.join('\n')
}

test('after any edits the findings are those of the whole text, and those of validate', () => {
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(anyEdit, { minLength: 1, maxLength: 6 }), (start, edits) => {
      const workspace = new Workspace(settings)
      let text = start
      const look = (next: string): void => {
        text = next
        workspace.update('a.yaml', text)
        // A file that does not say what it is belongs to somebody else.
        const expected = saysWhatItIs(text) ? checkFile(text, 'a.yaml', settings).diagnostics : []
        expect(diagnose(workspace, 'a.yaml')).toEqual(expected)
      }
      look(text)
      for (const each of edits) {
        const before = text
        look(edit(text, each))
        if (each.other % 3 === 0) look(before)
      }
    }),
    { numRuns: 15 },
  )
})

test('work that is given up at any point leaves the next findings as they must be', () => {
  const workspace = new Workspace(settings)
  const start = texts[1]!
  workspace.update('a.yaml', start)
  diagnose(workspace, 'a.yaml')
  for (let pieces = 0; pieces < 12; pieces += 1) {
    const broken = start.replace('    title:', `    titel:${'\n'.repeat(pieces)}`)
    workspace.update('a.yaml', broken)
    const steps = diagnoseInSteps(workspace, 'a.yaml')
    for (let count = 0; count < pieces; count += 1) steps.next()
    const mended = `${start}# ${pieces}\n`
    workspace.update('a.yaml', mended)
    expect(diagnose(workspace, 'a.yaml')).toEqual(checkFile(mended, 'a.yaml', settings).diagnostics)
  }
})
