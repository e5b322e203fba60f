/** The page of the plan view, from real plans. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { countFindings, countsText, holds } from '../../editors/vscode/src/finding-counts.ts'
import { noteOf } from '../../editors/vscode/src/plan-view/note.ts'
import { planPage } from '../../editors/vscode/src/plan-view/page.ts'
import { renderPlan } from '../../editors/vscode/src/plan-view/render-plan.ts'
import { fitText, sourcesText } from '../../editors/vscode/src/status-text.ts'
import { makePlanView } from '../../src/app/plan-view/make-plan-view.ts'
import type { PlanView } from '../../src/app/plan-view/model.ts'
import { parseCalendar } from '../../src/calendar/index.ts'
import { allActions } from '../../src/executors/index.ts'
import { nodeFiles } from '../../src/lsp/node-files.ts'
import type { PlanAnswer } from '../../src/lsp/requests/plan.ts'
import { makePlan } from '../../src/service/make-plan.ts'
import { Workspace } from '../../src/service/workspace.ts'

const now = Date.UTC(2026, 11, 5, 12)
const start = Date.UTC(2026, 11, 6)

function view(name: string, change: (text: string) => string = (text) => text, at = start): PlanView {
  const workspace = new Workspace({ actions: allActions, parseCalendar, files: nodeFiles('runbooks') })
  workspace.update(name, change(readFileSync(`runbooks/${name}`, 'utf8')))
  const played = makePlan(workspace, name, { now, start: at })
  const calm = makePlan(workspace, name, { now })
  if (!played?.plan) throw new Error(played?.reason)
  return makePlanView(played.plan, calm?.plan?.timeline)
}

const cato = view('cato-sockets.yaml')

describe('the page', () => {
  test('shows every row of the timeline, each leading to its place in the text', () => {
    const html = renderPlan(cato, { inventory: 'cato-sockets.inventory.yaml' })
    for (const { place, label } of cato.timeline!.rows) {
      expect(html).toContain(`data-place="${place}"`)
      expect(html).toContain(label.replaceAll('&', '&amp;'))
    }
    for (const wave of cato.rollouts[0]!.waves) expect(html).toContain(`<strong>${wave.title}</strong>`)
    expect(html).toContain('maintenance')
    expect(html).toContain('Worst case')
  })

  test('escapes what a runbook says, and holds nothing that runs or loads', () => {
    const hostile = view('cato-sockets.yaml', (text) =>
      text.replace('title: Gradual upgrade of the Cato Sockets', `title: '<img src=x onerror="alert(1)">'`),
    )
    const html = renderPlan(hostile, { inventory: '"><script>' })
    expect(html).not.toMatch(/<(?:script|img|iframe|link|object)|\son\w+="|style="|https?:/)
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;')
  })

  test('allows its own style and script, and nothing else', () => {
    const page = planPage({ source: 'vscode:', style: 'vscode:/a.css', script: 'vscode:/a.js', nonce: 'N0' })
    expect(page).toContain(`content="default-src 'none'; style-src vscode:; script-src 'nonce-N0'"`)
    expect([...page.matchAll(/<script[^>]*>/g)].map(([tag]) => tag)).toEqual(['<script nonce="N0" src="vscode:/a.js">'])
    expect(page).not.toContain('unsafe')
  })
})

describe('what is shown of a plan', () => {
  test('figures leave the wait for a window out, the end does not', () => {
    const facts = Object.fromEntries(cato.facts.map(({ label, value }) => [label, value]))
    expect(facts).toMatchObject({ Targets: '8', Ends: expect.stringMatching(/^2026-12-1\d \d\d:\d\d$/) })
    expect(facts['Expected']).toMatch(/^1\u00a0h/)
    expect(facts['Worst case']).toMatch(/^1\u00a0d/)
  })

  test('says that it fits, and what would be left behind when a window is too short', () => {
    const early = view('cato-sockets.yaml', (text) => text, Date.UTC(2026, 11, 4))
    expect(early.verdict).toEqual({ kind: 'fits', text: 'It fits its windows, at worst too.' })
    expect(cato.verdict).toEqual({
      kind: 'fits',
      text: 'It fits its windows; at worst it waits for a later opening, the one of Sun 2026-12-13.',
    })
    expect(cato.facts.find(({ label }) => label === 'Ends at worst')?.value).toMatch(/^2026-12-13/)
    const narrow = view('cato-sockets.yaml', (text) => text.replace('duration: 2h', 'duration: 40m'))
    expect(narrow.verdict.kind).toBe('does_not_fit')
    expect(narrow.verdict.text).toMatch(/would be left behind/)
    expect(narrow.rollouts[0]!.unfit.length).toBeGreaterThan(0)
    expect(renderPlan(narrow, {})).toContain('Left behind')
  })

  test('without a window there is nothing to fit', () => {
    expect(view('helion-stackato.yaml').verdict.kind).toBe('no_window')
  })
})

describe('above the plan', () => {
  const about = { uri: 'file:///a.yaml', version: 1, files: {}, systems: [] }
  const good: Extract<PlanAnswer, { state: 'plan' }> = { ...about, state: 'plan', view: cato, places: [] }
  const last: PlanAnswer = { ...about, state: 'no_plan', reason: 'the text cannot be read', missing: [] }
  const failed = { kind: 'failed', reason: 'the language server of Rollbook does not start' } as const

  test.each([
    [{ kind: 'nothing_open' }, undefined, 'Open a runbook, and its plan is shown here.', 'plain'],
    [{ kind: 'making' }, undefined, 'Making the plan …', 'plain'],
    [{ kind: 'making' }, { last: good, good }, 'Making the plan …', 'stale'],
    [
      failed,
      undefined,
      'The plan cannot be made: the language server of Rollbook does not start. It is made again with the next change.',
      'plain',
    ],
    [{ kind: 'answered' }, { last: good, good }, '', 'plain'],
    [
      { kind: 'answered' },
      { last, good },
      'No plan of the text as it is: the text cannot be read. This is the last one.',
      'stale',
    ],
    [{ kind: 'answered' }, { last }, 'There is no plan yet: the text cannot be read.', 'plain'],
  ] as const)('stands how it stands with it: %#', (progress, plan, note, tone) => {
    expect(noteOf(progress, plan)).toEqual({ note, tone })
  })
})

test('in a narrow view every instant of a lane says what it is', () => {
  const html = renderPlan(cato, {})
  const heads = [...html.matchAll(/<th>([^<]+)<\/th>/g)].map(([, head]) => head)
  const rows = [...html.matchAll(/<tr>(<td.*?)<\/tr>/g)].map(([, row]) =>
    [...row!.matchAll(/data-head="([^"]+)"/g)].map(([, head]) => head),
  )
  expect(heads).toContain('Ends at worst')
  expect(rows.length).toBe(cato.rollouts[0]!.lanes.length)
  for (const row of rows) expect(row).toEqual(heads)
})

describe('the status bar', () => {
  const about = { uri: 'file:///a.yaml', version: 1, files: {}, systems: [] }
  const good: Extract<PlanAnswer, { state: 'plan' }> = { ...about, state: 'plan', view: cato, places: [] }
  const broken: PlanAnswer = { ...about, state: 'no_plan', reason: 'the text cannot be read', missing: [] }

  test.each([
    [good, good, '$(pass) fits its windows', false],
    [broken, good, '$(history) fits its windows before', false],
    [broken, undefined, '$(circle-slash) no plan', false],
    [
      { ...good, view: { ...cato, verdict: { kind: 'does_not_fit', text: '' } } } as PlanAnswer,
      good,
      '$(error) does not fit',
      true,
    ],
  ] as const)('tells whether the plan fits: %#', (last, before, text, bad) => {
    expect(fitText(last, before)).toMatchObject({ text, bad })
  })

  test('names the files in use, and says that there are none', () => {
    expect(sourcesText('inventory', 'night/a.inventory.yaml')).toMatchObject({
      text: '$(server-environment) a.inventory.yaml',
      tooltip: expect.stringContaining('night/a.inventory.yaml'),
    })
    expect(sourcesText('values', undefined).text).toContain('no values')
  })
})

describe('findings inside of a place', () => {
  const at = (line: number, severity: number): { severity: number; range: never } => ({
    severity,
    range: { start: { line, character: 0 }, end: { line, character: 5 } } as never,
  })
  test('are counted by how bad they are', () => {
    const found = [at(1, 0), at(2, 0), at(2, 1), at(3, 2), at(9, 0)]
    expect(countsText(countFindings(found))).toBe('3 errors, 1 warning, 1 hint')
    const within = { start: { line: 2, character: 0 }, end: { line: 3, character: 9 } }
    expect(countsText(countFindings(found, within))).toBe('1 error, 1 warning, 1 hint')
    expect(countsText(countFindings([]))).toBe('')
  })

  test('a place holds its first and its last character', () => {
    const range = { start: { line: 1, character: 4 }, end: { line: 3, character: 2 } }
    expect(holds(range, { line: 1, character: 3 })).toBe(false)
    expect(holds(range, { line: 1, character: 4 })).toBe(true)
    expect(holds(range, { line: 3, character: 2 })).toBe(true)
    expect(holds(range, { line: 3, character: 3 })).toBe(false)
  })
})
