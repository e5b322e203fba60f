/** The demo of the Cato fleet from its first line to its last: simulated, upgraded, compared. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'

describe('the demo of Cato', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-demo-cato-'))
  const demo = join(folder, '.demo/cato')
  const io = captureIo({ cwd: folder, now: () => Date.now() })
  let code: number
  beforeAll(async () => {
    code = await runCli(['demo', 'cato'], io)
  }, 1_200_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('ends as it was foretold, target by target, with every trouble of the night in it', () => {
    const said = io.out()
    expect(code, io.err() + said.slice(-3000)).toBe(0)
    expect(said).toContain('51 of 51 requirements covered')
    expect(said).toContain('267 of 267 targets ended as the simulation had foretold')
    expect(said).not.toContain('never struck')
    expect(said).toContain('Run demo is intact')
    expect(readFileSync(join(demo, 'night.svg'), 'utf8')).toContain('Europe/Madrid')
    for (const file of ['recipe-book.html', 'report.html'])
      expect(readFileSync(join(demo, file), 'utf8')).toContain('Gradual upgrade of the Cato Sockets')
  })

  it('CATO-19, CATO-33, CATO-37, CATO-39: what the account saw agrees', () => {
    const { sites } = JSON.parse(readFileSync(join(demo, 'account/state.json'), 'utf8')) as {
      sites: readonly { name: string; time_zone: string; sockets: readonly { name: string; version: string }[] }[]
    }
    const versions = new Map(sites.flatMap(({ sockets }) => sockets.map(({ name, version }) => [name, version])))
    const upgraded = [...versions.values()].filter((version) => version === '18.4.1').length
    expect(versions.size).toBe(267)
    expect(upgraded).toBeGreaterThan(150)
    // A second try cured a damaged file and a hanging installation.
    expect([versions.get('site-005-primary'), versions.get('site-004')]).toEqual(['18.4.1', '18.4.1'])
    // No connection, trouble with the new version, a failover: these stay, and the secondary of the last as well.
    for (const name of ['site-010', 'site-007-primary', 'site-066-primary', 'site-066-secondary'])
      expect([name, versions.get(name)]).not.toEqual([name, '18.4.1'])
    // The initial group of Madrid stopped its zone, and no other one.
    const madrid = sites.filter(({ time_zone }) => time_zone === 'Europe/Madrid').flatMap(({ sockets }) => sockets)
    expect(madrid.filter(({ version }) => version === '18.4.1').length).toBeLessThanOrEqual(4)
  })
})
