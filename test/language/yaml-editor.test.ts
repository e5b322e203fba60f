/** What an editor that knows YAML, but not Rollbook, makes of the schemas alone. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startYamlEditor, type YamlEditor } from '../support/yaml-editor.ts'

let folder: string
let editor: YamlEditor

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-yaml-editor-'))
  cpSync(join(import.meta.dirname, '../../schemas'), join(folder, 'schemas'), { recursive: true })
  editor = await startYamlEditor(folder)
})

afterAll(async () => {
  await editor.end()
  rmSync(folder, { recursive: true, force: true })
})

const modeline = (kind: string): string => `# yaml-language-server: $schema=schemas/${kind}.v1.schema.json\n`
const runbook = `${modeline('runbook')}rollbook: runbook/v1\nname: a\ntitle: A\nversion: 1.0.0\n`
const steps = `${runbook}phases:\n  - id: a\n    kind: upgrade\n    title: A\n    steps:\n`

describe('the YAML language server with the schema alone', () => {
  it.each<[string, string, readonly string[]]>([
    ['an empty runbook', `${modeline('runbook')}‸`, ['runbook']],
    ['a phase', `${runbook}phases:\n  - ‸`, ['phase preparation', 'phase upgrade', 'phase closing']],
    ['a first step', `${steps}      - ‸`, ['action step', 'manual step', 'gate', 'rollout', 'acceptance', 'group']],
    ['a further step', `${steps}      - {id: a, title: A, manual: B}\n      - ‸`, ['action step', 'rollout']],
    ['a window', `${runbook}windows:\n  - ‸`, ['window every week', 'window once', 'window of the second Tuesday']],
    ['a freeze', `${runbook}freezes:\n  - ‸`, ['freeze']],
    ['an input', `${runbook}inputs:\n  ‸`, ['input version', 'input secret']],
    ['the body of an input', `${runbook}inputs:\n  release:\n    ‸`, ['version', 'secret', 'choice']],
    ['a component', `${runbook}components:\n  ‸`, ['component']],
    ['a rule', `${runbook}rules:\n  - ‸`, ['safety rule']],
    ['a criterion', `${runbook}acceptance_criteria:\n  - ‸`, ['criterion measured by an action']],
    ['the body of a rollout', `${steps}      - id: b\n        rollout:\n          ‸`, ['canary and waves']],
    ['an empty inventory', `${modeline('inventory')}‸`, ['inventory']],
    [
      'a target',
      `${modeline('inventory')}rollbook: inventory/v1\ntargets:\n  node-1:\n    ‸`,
      ['host', 'member of a pair'],
    ],
    ['an empty scenario', `${modeline('scenario')}‸`, ['scenario']],
    ['a fault', `${modeline('scenario')}rollbook: scenario/v1\nname: a\nfaults:\n  - ‸`, ['fails', 'hangs']],
    ['an empty catalog', `${modeline('catalog')}‸`, ['catalog']],
  ])('offers snippets for %s', async (_, marked, labels) => {
    const items = await editor.completions(marked)
    const snippets = items.filter(({ insertTextFormat, kind }) => insertTextFormat === 2 && kind !== 10)
    expect(snippets.map(({ label }) => label)).toEqual(expect.arrayContaining([...labels]))
  })

  it('inserts a whole rollout with holes in reading order', async () => {
    const items = await editor.completions(`${steps}      - ‸`)
    expect(items.find(({ label, kind }) => label === 'rollout' && kind !== 10)?.insertText).toContain(
      'waves:\n      - id: ${5:all_others}',
    )
  })

  it('offers the values of a key, and says what each means', async () => {
    const items = await editor.completions(`${runbook}phases:\n  - id: a\n    kind: ‸`)
    expect(items.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['preparation', 'qualification', 'upgrade', 'closing']),
    )
    const hover = await editor.hover(`${runbook}phases:\n  - id: a\n    ki‸nd: upgrade\n    title: A\n`)
    expect(hover).toContain('* `upgrade`: the change itself')
  })

  it('shows titles, Markdown and examples', async () => {
    const hover = await editor.hover(
      `${steps}      - id: b\n        title: B\n        manual: C\n        deadl‸ine: 5m\n`,
    )
    expect(hover).toContain('#### Deadline')
    // As written, not escaped: the backticks are those of Markdown.
    expect(hover).toContain('a failure of class `timeout`')
    expect(hover).toContain('```yaml\n17m\n```')
  })

  it('tells a mistake where it stands', async () => {
    const found = await editor.problems(`${steps}      - {id: a, title: A, manual: B, dedline: 5m}\n`)
    expect(found.map(({ message }) => message)).toEqual(['Property dedline is not allowed.'])
    expect(found[0]?.range).toEqual({ start: { line: 10, character: 37 }, end: { line: 10, character: 44 } })
  })

  it('tells that a key is deprecated, and what to write', async () => {
    const found = await editor.problems(`${runbook}blast_radius: {max_sites: 3}\nphases: []\n`)
    const deprecated = found.find(({ tags }) => tags?.includes(2))
    expect(deprecated?.message ?? found.map(({ message }) => message).join()).toContain('Write `max_units`')
    const hover = await editor.hover(`${runbook}blast_radius: {max_s‸ites: 3}\n`)
    expect(hover).toContain('**Deprecated:** Write `max_units`; `rollbook migrate` does so.')
  })

  it('finds nothing wrong in what ships', async () => {
    const { readFileSync } = await import('node:fs')
    for (const name of ['stackato-3.0', 'cato-sockets']) {
      const text = readFileSync(join(import.meta.dirname, `../../runbooks/${name}.yaml`), 'utf8')
      expect(await editor.problems(text.replace('$schema=../schemas', '$schema=schemas')), name).toEqual([])
    }
  })
})
