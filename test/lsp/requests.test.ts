/** Requests beyond the protocol, over the wire. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChoicesAnswer } from '../../src/lsp/requests/choices.ts'
import type { CoverageAnswer, OutlineAnswer } from '../../src/lsp/requests/outline.ts'
import type { PlanAnswer } from '../../src/lsp/requests/plan.ts'
import type { SourcesAnswer } from '../../src/lsp/requests/sources.ts'
import type { BundledProgram } from '../support/bundled-program.ts'
import { type LanguageClient, languageServerProgram, startLanguageClient } from '../support/language-client.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollbook-requests-'))
const cato = readFileSync('runbooks/cato-sockets.yaml', 'utf8')
const start = '2026-12-06T00:00:00Z'
let program: BundledProgram
let client: LanguageClient

beforeAll(async () => {
  cpSync('runbooks', folder, { recursive: true })
  program = await languageServerProgram()
  client = await startLanguageClient([program.path], folder)
  client.open('cato-sockets.yaml', cato)
})

afterAll(async () => {
  expect(await client.end()).toBe(0)
  program.remove()
  rmSync(folder, { recursive: true, force: true })
})

function ask<T>(method: string, path: string, more: object = {}): Promise<T> {
  return client.request<T>(method, { textDocument: { uri: client.uri(path) }, ...more })
}

function lineOf(text: string, find: string): number {
  return text.slice(0, text.indexOf(find)).split('\n').length - 1
}

async function planned(path: string): Promise<Extract<PlanAnswer, { state: 'plan' }>> {
  const answer = await ask<PlanAnswer>('rollbook/plan', path, { start })
  if (answer.state !== 'plan') throw new Error(answer.reason)
  return answer
}

describe('rollbook/sources', () => {
  test('gives at once what the plan would be made with', async () => {
    const found = await ask<SourcesAnswer | null>('rollbook/sources', 'cato-sockets.yaml')
    const { uri, files, systems } = await planned('cato-sockets.yaml')
    expect(found).toEqual({ uri, files, systems })
    expect(await ask('rollbook/sources', 'cato-sockets.values.yaml')).toEqual(found)
  })

  test('also of a runbook that cannot be planned; of somebody else\u2019s file it knows none', async () => {
    client.open('new.yaml', 'rollbook: runbook/v1\nname: new\ntitle: "New\n')
    expect(await ask('rollbook/sources', 'new.yaml')).toBeNull()
    client.change('new.yaml', 'rollbook: runbook/v1\nname: new\n')
    expect(await ask<SourcesAnswer>('rollbook/sources', 'new.yaml')).toMatchObject({
      uri: client.uri('new.yaml'),
      systems: [],
    })
  })
})

describe('rollbook/plan', () => {
  test('gives rows, waves, windows and the worst case, with places in the text', async () => {
    const { view, files, places, systems } = await planned('cato-sockets.yaml')
    expect(systems).toEqual(['cato'])
    expect(files).toEqual({ inventory: 'cato-sockets.inventory.yaml', values: 'cato-sockets.values.yaml' })
    expect(view.title).toBe('Gradual upgrade of the Cato Sockets')
    expect(view.facts.map(({ label }) => label)).toEqual(expect.arrayContaining(['Targets', 'Expected', 'Worst case']))
    expect(view.timeline?.rows.map(({ place }) => place)).toEqual(
      expect.arrayContaining(['upgrade', 'upgrade/sockets']),
    )
    expect(view.verdict.kind).toBe('fits')
    const [rollout] = view.rollouts
    expect(rollout?.waves.map(({ title }) => title)).toContain('Initial group')
    expect(rollout?.lanes.map(({ title }) => title)).toContain('Europe/Paris +01:00')
    expect(rollout?.picture?.rows.every(({ bars }) => bars.some(({ kind }) => kind === 'window'))).toBe(true)
    expect(view.windows.map(({ id }) => id)).toEqual(['maintenance'])
    const sockets = places.find(({ place }) => place === 'upgrade/sockets')
    expect(sockets?.selection.start.line).toBe(lineOf(cato, '- id: sockets'))
  })

  test('every row of the timeline leads to a place', async () => {
    for (const name of ['cato-sockets', 'helion-stackato', 'aviatrix-platform', 'cleanroom-live-upgrade']) {
      const { view, places } = await planned(`${name}.yaml`)
      const known = new Set(places.map(({ place }) => place))
      expect(
        view.timeline?.rows.filter(({ place }) => !known.has(place)),
        name,
      ).toEqual([])
      expect(new Set(view.timeline?.rows.map(({ path }) => path)).size).toBe(view.timeline?.rows.length)
    }
  })

  test('is asked of an inventory as well, and answers for its runbook, with the text that is open', async () => {
    const inventory = readFileSync('runbooks/cato-sockets.inventory.yaml', 'utf8')
    const before = await planned('cato-sockets.inventory.yaml')
    expect(before.uri).toBe(client.uri('cato-sockets.yaml'))
    client.open('cato-sockets.inventory.yaml', inventory.replaceAll('Europe/Paris', 'Asia/Tokyo'))
    const after = await planned('cato-sockets.inventory.yaml')
    expect(after.view.rollouts[0]?.lanes.map(({ title }) => title)).toContain('Asia/Tokyo +09:00')
    expect(after.view.rollouts[0]?.lanes.map(({ title }) => title)).not.toContain('Europe/Paris +01:00')
  })

  test('says why there is none while the text is broken, and has one again afterwards', async () => {
    client.change('cato-sockets.yaml', `${cato}  - {`)
    expect(await ask('rollbook/plan', 'cato-sockets.yaml')).toMatchObject({
      state: 'no_plan',
      version: 2,
      reason: 'the text cannot be read',
    })
    client.change('cato-sockets.yaml', cato.replace('kind: upgrade', 'kind: upgade'))
    expect(await ask('rollbook/plan', 'cato-sockets.yaml')).toMatchObject({
      state: 'no_plan',
      reason: 'the runbook has errors',
    })
    client.change('cato-sockets.yaml', cato)
    expect((await planned('cato-sockets.yaml')).version).toBe(4)
  })

  test('is given up when it is asked anew, and typing does not wait for it', async () => {
    const asked = Array.from({ length: 5 }, () => ask<PlanAnswer>('rollbook/plan', 'aviatrix-platform.yaml', { start }))
    const order: string[] = []
    const hover = ask('textDocument/hover', 'cato-sockets.yaml', { position: { line: 1, character: 1 } }).then(() =>
      order.push('hover'),
    )
    const answers = await Promise.allSettled([...asked.slice(0, 4), asked[4]!.then(() => order.push('plan')), hover])
    expect(answers.map(({ status }) => status)).toEqual([...Array(4).fill('rejected'), 'fulfilled', 'fulfilled'])
    expect(order).toEqual(['hover', 'plan'])
  })

  test('is null for a file that belongs to no runbook', async () => {
    client.open('other/notes.yaml', 'shopping: [bread]\n')
    expect(await ask('rollbook/plan', 'other/notes.yaml')).toBeNull()
  })
})

describe('rollbook/outline', () => {
  test('gives phases and steps with their places', async () => {
    const { phases, current } = await ask<OutlineAnswer>('rollbook/outline', 'cato-sockets.yaml')
    expect(current).toBe(true)
    expect(phases.map(({ id }) => id)).toEqual(['prepare', 'upgrade', 'accept', 'follow_up'])
    const sockets = phases[1]!.children.find(({ id }) => id === 'sockets')
    expect(sockets).toMatchObject({ kind: 'step', form: 'rollout', place: 'upgrade/sockets' })
    expect(sockets?.selection.start.line).toBe(lineOf(cato, '- id: sockets'))
    expect(sockets?.children.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['wave', 'call']))
  })

  test('keeps the last text that could be read while it is broken, and says so', async () => {
    client.change('cato-sockets.yaml', `${cato}  - {`)
    const { phases, current } = await ask<OutlineAnswer>('rollbook/outline', 'cato-sockets.yaml')
    client.change('cato-sockets.yaml', cato)
    expect(current).toBe(false)
    expect(phases).toHaveLength(4)
    const ofValues = await ask<OutlineAnswer>('rollbook/outline', 'cato-sockets.values.yaml')
    expect(ofValues.uri).toBe(client.uri('cato-sockets.yaml'))
    expect(await ask('rollbook/outline', 'other/notes.yaml')).toBeNull()
  })
})

describe('rollbook/coverage', () => {
  test('gives what covers each requirement, with places', async () => {
    const { requirements, covered } = await ask<CoverageAnswer>('rollbook/coverage', 'cato-sockets.yaml')
    expect(covered).toBe(requirements.length)
    const [first] = requirements
    expect(first?.selection.start.line).toBe(lineOf(cato, first!.id))
    for (const { covered_by, note, id } of requirements) expect(covered_by.length > 0 || note !== '', id).toBe(true)
    client.change('cato-sockets.yaml', cato.replaceAll(/covers: \[.*?\]/g, 'covers: []'))
    const without = await ask<CoverageAnswer>('rollbook/coverage', 'cato-sockets.yaml')
    client.change('cato-sockets.yaml', cato)
    expect(without.covered).toBeLessThan(covered)
  })
})

test('rollbook/choices lists files by what they say that they are', async () => {
  const choices = await ask<ChoicesAnswer>('rollbook/choices', 'cato-sockets.yaml')
  expect(choices.runbooks).toContain('helion-stackato.yaml')
  expect(choices.inventories).toContain('cato-sockets.inventory.yaml')
  expect(choices.values).toContain('cato-sockets.values.yaml')
  expect(choices.scenarios).toContain('cato-sockets.scenario.yaml')
  expect(choices.inventories.filter((path) => choices.runbooks.includes(path))).toEqual([])
})
