import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { catoInventory, catoRunbook } from '../simulation/cato-account.ts'
import { captureIo } from '../support/captured-io.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollbook-simulate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeAll(() => {
  writeFileSync(join(folder, 'cato.yaml'), catoRunbook())
  writeFileSync(join(folder, 'account.yaml'), catoInventory({ 'Europe/Berlin': 'hssssss', 'Europe/Lisbon': 'sss' }))
  writeFileSync(
    join(folder, 'night.yaml'),
    `rollbook: scenario/v1
name: bad-night
start: "2026-12-05T23:00:00+01:00"
durations:
  - {action: cato.upgrade, range: {min: 5m, max: 6m}}
  - {fixed: 1s}
faults:
  - {id: hash, kind: fail, title: Bad hash, action: cato.upgrade, targets: [berlin-3], attempts: [1], after: 3m}
  - {id: kpi, kind: unhealthy, targets: [lisbon-2], since: verifying, from: 4m}
  - {id: power, kind: engine_killed, from: 60m, down_for: 20s}
`,
  )
})

async function simulate(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = captureIo({ cwd: folder, now: () => Date.UTC(2026, 11, 4, 12) })
  const code = await runCli(['simulate', 'cato.yaml', '-i', 'account.yaml', ...words], io)
  return { code, out: io.out(), err: io.err() }
}

describe('rollbook simulate', () => {
  it('tells what happened, draws it within the width, and says how it ended', async () => {
    const { code, out, err } = await simulate('--scenario', 'night.yaml')
    expect([code, err]).toEqual([0, ''])
    for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(110)
    expect(out).toContain('scenario bad-night · seed 1 · start Sat 2026-12-05 23:00 +01:00')
    expect(out).toMatch(/133\.0 {2}Europe\/Berlin {2}fault hash strikes berlin-3: Bad hash/)
    expect(out).toMatch(/147 {2}Europe\/Berlin {2}berlin-3 starts attempt 2/)
    expect(out).toMatch(/the engine is back and goes on/)
    // The picture: the retry in the row of its target, the rollback in its lane.
    expect(out).toMatch(/berlin-3 +█+▞+░+ +succeeded/)
    expect(out).toMatch(/Europe\/Lisbon +▒+↶▒+·* +2 ✓ 1 ↶/)
    expect(out).toMatch(/lisbon-2 +rolled back +17\.0 +1 /)
    expect(out).toMatch(/succeeded with failures after 3 h 2\d min/)
  })

  it('gives the same bytes for the same seed, and others for another', async () => {
    const all = await Promise.all(
      ['7', '7', '8'].map((seed) => simulate('--scenario', 'night.yaml', '--seed', seed, '--json')),
    )
    expect(all[0]!.out).toBe(all[1]!.out)
    expect(all[2]!.out).not.toBe(all[0]!.out)
  })

  it('gives JSON in its documented shape', async () => {
    const { out } = await simulate('--scenario', 'night.yaml', '--json')
    const made = JSON.parse(out)
    expect(made).toMatchObject({
      start: '2026-12-05T23:00:00+01:00',
      outcome: 'succeeded_with_failures',
      targets: {
        'berlin-3': {
          state: 'succeeded',
          reason: null,
          version: '18.4.1',
          attempts: 2,
          started_at: '2026-12-06T01:10:00+01:00',
          started_minute: 130,
          lane: 'Europe/Berlin',
          wave: 'canary',
        },
        'lisbon-2': {
          state: 'rolled_back',
          reason: 'unhealthy: fault "kpi"',
          version: '17.0',
          started_at: '2026-12-06T01:05:00+00:00',
        },
      },
      lanes: {
        'Europe/Berlin': {
          canary: ['berlin-1a', 'berlin-2', 'berlin-3', 'berlin-4', 'berlin-5'],
          opened_at: '2026-12-06T01:00:00+01:00',
          opened_minute: 120,
          gate_opened_at: '2026-12-06T01:54:00+01:00',
          gate_opened_minute: 174,
          stopped_by: null,
        },
        'Europe/Lisbon': { gate_opened_at: null, stopped_by: 'lisbon-2' },
      },
    })
    const started = made.events.filter(
      (event: { type: string; target: string }) => event.type === 'target_in_progress' && event.target === 'berlin-3',
    )
    expect(started).toEqual([
      {
        at: '2026-12-06T01:10:00+01:00',
        minute: 130,
        type: 'target_in_progress',
        target: 'berlin-3',
        lane: 'Europe/Berlin',
        wave: 'canary',
        attempt: 1,
        step: 'upgrade/sockets',
        until: '2026-12-06T01:27:00+01:00',
      },
      expect.objectContaining({ minute: 147, attempt: 2 }),
    ])
    for (const event of made.events) {
      expect(event.at).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?[+-]\d{2}:\d{2}$/)
      expect(event.minute).toBeGreaterThanOrEqual(0)
    }
    expect(made.strikes).toEqual({ hash: 1, kpi: 1, power: 1 })
  })

  it('forecasts the end from many runs: percentiles by lane, and how often each end occurs', async () => {
    const { out } = await simulate('--scenario', 'night.yaml', '--runs', '20', '--json')
    const { forecast } = JSON.parse(out)
    expect(forecast).toMatchObject({ runs: 20, first_seed: 1, outcomes: { succeeded_with_failures: 20 } })
    const berlin = forecast.lanes['Europe/Berlin']
    expect(berlin.p50_minute).toBeLessThanOrEqual(berlin.p95_minute)
    expect(berlin.p50).toMatch(/^2026-12-06T02:.*\+01:00$/)
    expect(forecast.lanes['Europe/Lisbon']).toMatchObject({
      stopped: 20,
      target_ends: { succeeded: 40, rolled_back: 20 },
    })
    const text = await simulate('--scenario', 'night.yaml', '--runs', '20')
    expect(text.out).toMatch(/Forecast from 20 runs, seeds 1 to 20/)
    expect(text.out).toMatch(/Europe\/Lisbon .* 100 %/)
  })

  it('starts at the next midnight UTC when nothing is said, or as the command line says', async () => {
    expect(JSON.parse((await simulate('--json')).out).start).toBe('2026-12-05T00:00:00+00:00')
    const given = await simulate('--json', '--scenario', 'night.yaml', '--start', '2026-12-06T00:30:00+01:00')
    expect(JSON.parse(given.out).start).toBe('2026-12-06T00:30:00+01:00')
  })

  it('writes a picture that stands alone: titles for readers, light and dark, nothing from outside', async () => {
    const { err } = await simulate('--scenario', 'night.yaml', '--svg', 'night.svg')
    expect(err).toBe('wrote night.svg\n')
    const svg = readFileSync(join(folder, 'night.svg'), 'utf8')
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
    expect(svg).toContain('role="img" aria-labelledby="page-title page-text"')
    expect(svg).toContain('<title id="page-title">Gradual upgrade of the Sockets</title>')
    expect(svg).toContain('prefers-color-scheme:dark')
    expect(svg.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|<script|<image|@import|url\((?!#)/)
    expect(svg).toContain('berlin-3')
  })

  it('refuses a scenario with mistakes, where they stand, and warns of rules that mean nothing here', async () => {
    writeFileSync(
      join(folder, 'wrong.yaml'),
      'rollbook: scenario/v1\nname: wrong\nfaults:\n  - {id: a, kind: fail, targets: [berlin-33], select: target.sight == "x"}\n',
    )
    const wrong = await simulate('--scenario', 'wrong.yaml')
    expect(wrong.code).toBe(1)
    expect(wrong.err).toContain('wrong.yaml:4:35 error the inventory has no target "berlin-33" [TARGET_UNKNOWN]')
    expect(wrong.err).toContain('[EXPRESSION_UNKNOWN_MEMBER]')
    writeFileSync(
      join(folder, 'odd.yaml'),
      'rollbook: scenario/v1\nname: odd\nfaults:\n  - {id: a, kind: fail, step: instal}\n  - {id: b, kind: hang, lanes: [Europe/Rome]}\n',
    )
    const odd = await simulate('--scenario', 'odd.yaml')
    expect(odd.code).toBe(0)
    expect(odd.err).toContain('odd.yaml:4:31 warning there is no step "instal" in the plan [SCENARIO_PLACE_UNKNOWN]')
    expect(odd.err).toContain('there is no lane "Europe/Rome" in the plan')
    expect(odd.out).toContain('a: never struck')
  })

  it('says what stops it: a file of another kind, a start without offset, no number, a folder that is not there', async () => {
    expect((await simulate('--scenario', 'cato.yaml')).err).toContain('[NOT_A_SCENARIO]')
    expect((await simulate('--scenario', 'none.yaml')).err).toContain('[FILE_UNREADABLE]')
    expect((await simulate('--start', '2026-12-06T01:00')).err).toContain('[START_INVALID]')
    expect((await simulate('--runs', '0')).err).toContain('[OPTION_NUMBER_INVALID]')
    expect((await simulate('--svg', 'night.yaml/night.svg')).err).toContain('[DOCUMENT_UNWRITABLE]')
  })
})
