/** Every finding of the language has a repair, or a reason why there is none; the page of quick fixes is made from it. */
import { describe, expect, test } from 'vitest'
import { catalogue } from '../../src/language/catalogue/catalogue.ts'
import type { Example } from '../../src/language/catalogue/entry.ts'
import { type CodeChange, changesAt } from '../../src/service/code-actions.ts'
import { diagnose } from '../../src/service/diagnose.ts'
import { repairs } from '../../src/service/repairs.ts'
import type { Workspace } from '../../src/service/workspace.ts'
import { exampleFile } from '../language/examples.ts'
import { applyEdits } from './apply-edits.ts'
import { cursorText } from './cursor-text.ts'

const codes = Object.keys(repairs) as (keyof typeof repairs)[]
const step = (yaml: string): Example => ({ at: 'steps', yaml })
const look = '- {id: look, title: Look, manual: Look at it}'

/** Where the example of the catalogue is too far from what was meant to be repaired. */
const examples: Partial<Record<keyof typeof repairs, Example>> = {
  KIND_MISSING: { at: 'file', yaml: `rollbook:\n${exampleFile(step(look)).text.replace(/^rollbook.*\n/, '')}` },
  VALUE_INVALID: { at: 'file', yaml: exampleFile(step(look)).text.replace('name: sample', 'name: My Runbook') },
  VALUE_TYPE: step('- {id: look, title: 5, manual: Look at it}'),
  EXPRESSION_UNKNOWN_NAME: step('- {id: look, title: Look, manual: Look at it, when: size(targts) > 0}'),
  WINDOW_UNKNOWN: { at: 'top', yaml: catalogue.WINDOW_UNKNOWN.bad.yaml.replace('[night, nigth]', 'nigth') },
  GROUPING_UNKNOWN: { at: 'top', yaml: catalogue.GROUPING_UNKNOWN.bad.yaml.replace('lanes: sight', 'lanes: sitee') },
  RELEASE_UNKNOWN: { at: 'file', yaml: catalogue.RELEASE_UNKNOWN.bad.yaml.replace('"6.6"', '"6.5.132"') },
  STEP_UNKNOWN: step(
    `${look}\n- {id: next, title: Next, manual: Look, cleanup: {after: nexxt, action: check.command, on: [core], with: {command: [uptime]}}}\n- {id: nextt, title: Next, manual: Look}`,
  ),
  TARGET_UNKNOWN: step('- {id: look, title: Look, manual: Look at it, on: [coree]}'),
}

const inventory = 'rollbook: inventory/v1\ntargets:\n  core: {kind: node, roles: [primary]}\n'

function textOf(code: keyof typeof repairs): string {
  return exampleFile(examples[code] ?? catalogue[code].bad).text
}

/** What is offered about a code, without silencing it. */
function offered(
  code: string,
  text: string,
): { readonly changes: readonly CodeChange[]; readonly workspace: Workspace } {
  const { workspace, path } = cursorText(`${text}‸`, { 'i.yaml': inventory }, { inventory: 'i.yaml' })
  const found = diagnose(workspace, path)
  const finding = found.find((each) => each.code === code)
  const lines = workspace.read(path)!.source.lines
  const start = finding ? lines.offset(finding.range.start) : 0
  const changes = changesAt(workspace, path, { start, end: start }, found).filter(
    ({ kind, cures, title }) => kind === 'fix' && cures?.code === code && !title.startsWith('Silence '),
  )
  return { changes: finding ? changes : [], workspace }
}

const errorsOf = (workspace: Workspace): readonly string[] =>
  diagnose(workspace, 'night.yaml').flatMap(({ severity, code }) => (severity === 'error' ? [code] : []))

describe('a finding that has a repair is gone when it is applied, and no error takes its place', () => {
  test.each(codes.filter((code) => repairs[code].kind !== 'none'))('%s', (code) => {
    const text = textOf(code)
    const { changes, workspace } = offered(code, text)
    expect(changes.length).toBeGreaterThan(0)
    const before = errorsOf(workspace)
    workspace.update('night.yaml', applyEdits(text, changes[0]!.edits))
    const left = diagnose(workspace, 'night.yaml').map((finding) => finding.code)
    expect(left, workspace.document('night.yaml')?.text).not.toContain(code)
    // What cannot be read hides what else is wrong.
    const hides = /^(?:YAML|KIND)_/
    const after = errorsOf(workspace).filter((each) => !hides.test(code) || hides.test(each))
    expect(before, workspace.document('night.yaml')?.text).toEqual(expect.arrayContaining([...after]))
  })
})

test.each(codes.filter((code) => repairs[code].kind === 'none'))(
  'nothing is offered about %s, for a reason',
  (code) => {
    expect(offered(code, textOf(code)).changes).toEqual([])
  },
)

test('what is no error can be silenced with a reason, and then nothing is told', () => {
  for (const code of codes) {
    if (catalogue[code].severity === 'error' || code.startsWith('SUPPRESSION_') || code === 'SCENARIO_PLACE_UNKNOWN')
      continue
    const text = textOf(code)
    const { workspace, path } = cursorText(`${text}‸`, { 'i.yaml': inventory }, { inventory: 'i.yaml' })
    const found = diagnose(workspace, path)
    const finding = found.find((each) => each.code === code)!
    const start = workspace.read(path)!.source.lines.offset(finding.range.start)
    const silence = changesAt(workspace, path, { start, end: start }, found).find(
      ({ title, cures }) => title === `Silence ${code} here, with a reason` && cures === finding,
    )
    expect(silence, code).toMatchObject({ safe: false })
    workspace.update(path, applyEdits(text, silence!.edits))
    expect(
      diagnose(workspace, path).map((each) => each.code),
      code,
    ).not.toContain(code)
  }
})

test('the page of quick fixes says what is offered about every finding, and why nothing is', async () => {
  const rows = codes.map((code) => {
    const row = repairs[code]
    const { changes } = offered(code, textOf(code))
    const titles = changes.map(({ title, safe }) => `${title.replaceAll('|', '\\|')} (${safe ? 'safe' : 'unsafe'})`)
    const words = row.kind === 'none' ? `none: ${row.why}` : titles.join('<br>')
    return `| [\`${code}\`](diagnostics.md#${code.toLowerCase()}) | ${words} |`
  })
  const page = `# Quick fixes

What an editor offers about each finding of \`rollbook validate\`, shown for the example on the page of [diagnostics](diagnostics.md).
A safe fix never changes what the runbook means, or there is only one thing that it can have meant: editors prefer it, and
*Make all safe changes* applies all of them at once. An unsafe one has to be looked at afterwards, and says so. Every
warning and hint can be silenced with a reason instead. Findings about windows, freezes, inventories and executors offer
the name that was probably meant, when there is one.

| finding | quick fixes |
| --- | --- |
${rows.join('\n')}
`
  await expect(page).toMatchFileSnapshot('../../docs/reference/quick-fixes.md')
})
