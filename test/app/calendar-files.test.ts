import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkFiles } from '../../src/app/check-files.ts'
import { loadPlan } from '../../src/app/load.ts'

const fair = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//sample//EN',
  'BEGIN:VEVENT',
  'UID:1@example.com',
  'SUMMARY:Trade fair',
  'DTSTART;VALUE=DATE:20260601',
  'DTEND;VALUE=DATE:20260603',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n')

const runbook = `rollbook: runbook/v1
name: sample
title: Sample
version: 1.0.0
windows:
  - {id: night, days: [sun], start: "01:00", duration: 2h}
freezes:
  - {calendar: calendars/fairs.ics, owner: Sales}
components: {hosts: {select: target.kind == "host"}}
phases:
  - id: upgrade
    kind: upgrade
    title: Upgrade
    steps:
      - id: hosts
        title: Upgrade
        rollout:
          component: hosts
          to: "2.0"
          window: night
          deadline: 10m
          each: [{id: install, action: ssh.run, with: {command: [install]}}]
          rollback: {mode: auto, steps: [{id: back, action: ssh.run, with: {command: [back]}}]}
`
const inventory = `rollbook: inventory/v1
targets: {web-1: {kind: host, version: "1.0", time_zone: Europe/Berlin}}
`

describe('calendar files beside a runbook', () => {
  let folder = ''
  const write = (path: string, text: string): void => writeFileSync(join(folder, path), text)
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rollbook-calendar-'))
    mkdirSync(join(folder, 'books/calendars'), { recursive: true })
    write('books/upgrade.yaml', runbook)
    write('inventory.yaml', inventory)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const load = (): ReturnType<typeof loadPlan> =>
    loadPlan({ runbook: 'books/upgrade.yaml', inventory: 'inventory.yaml', cwd: folder, now: Date.UTC(2026, 4, 2) })

  it('are told to be missing at the place that names them', async () => {
    const { plan, diagnostics } = await load()
    expect(plan).toBeUndefined()
    expect(diagnostics).toMatchObject([
      {
        code: 'CALENDAR_FILE',
        message: 'there is no iCalendar file "calendars/fairs.ics"',
        range: { start: { line: 8, column: 16 } },
      },
    ])
  })

  it('are read relative to the runbook, kept in the plan, and pinned among its sources', async () => {
    write('books/calendars/fairs.ics', fair)
    const { plan, sources, diagnostics } = await load()
    expect(diagnostics).toEqual([])
    expect(plan?.calendar?.files).toEqual({ 'calendars/fairs.ics': fair })
    expect(sources.map(({ role, path }) => [role, path])).toContainEqual(['calendar', 'books/calendars/fairs.ics'])
  })

  it('change what a plan does when they change', async () => {
    const before = (await load()).plan?.digest
    write('books/calendars/fairs.ics', fair.replace('20260603', '20260604'))
    expect((await load()).plan?.digest).not.toBe(before)
  })

  it('that cannot be understood are errors: no freeze is silently left out', async () => {
    write('books/calendars/fairs.ics', fair.replace('DTSTART;VALUE=DATE:20260601', 'DTSTART:soon'))
    const { plan, diagnostics } = await load()
    expect(plan).toBeUndefined()
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['CALENDAR_ICS']))
  })

  it('are not needed to validate, windows and freezes are', async () => {
    write('books/broken.yaml', runbook.replace('days: [sun]', 'days: [Sunday]'))
    const { diagnostics } = await checkFiles({ paths: ['books/broken.yaml', 'books/upgrade.yaml'], cwd: folder })
    expect(diagnostics).toMatchObject([{ file: 'books/broken.yaml', code: 'CALENDAR_DAY', severity: 'error' }])
  })
})
