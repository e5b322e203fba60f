/** The demo of Cleanroom from its first line to its last, on real Debian hosts. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { readStatus } from '../../src/executors/debian/emulator/hosts.ts'
import { captureIo } from '../support/captured-io.ts'
import { noHosts, onHosts } from '../support/debian-hosts.ts'

const names = (title: string, from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${title}-${String(from + index).padStart(2, '0')}`)
/** Ring 0 stands for the others. */
const rings = [[1, 3] as const, [4, 9] as const, [10, 14] as const, [15, 19] as const, [20, 24] as const].map(
  ([from, to]) => names('workstation', from, to),
)
const switchedOff = 'workstation-17'
const upgraded: ReadonlyMap<string, string> = new Map([
  ...['controller-a', 'controller-b'].map((host) => [host, 'emulated-mediation-controller'] as const),
  ...['edge-1', 'edge-2'].map((host) => [host, 'emulated-edge-gateway'] as const),
  ['html5-1', 'emulated-html5-gateway'] as const,
  ...names('agent', 1, 4).map((host) => [host, 'emulated-recording-agent'] as const),
  ...rings.flat().flatMap((host) => (host === switchedOff ? [] : [[host, 'emulated-access-client'] as const])),
])

describe.skipIf(noHosts)(onHosts('the demo of Cleanroom'), () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-demo-cleanroom-'))
  const demo = join(folder, '.demo/cleanroom')
  const io = captureIo({ cwd: folder, now: () => Date.now() })
  let code: number
  beforeAll(async () => {
    code = await runCli(['demo', 'cleanroom'], io)
  }, 1_200_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const logOf = (host: string): readonly string[] =>
    readFileSync(join(demo, 'platform/hosts', host, 'var/log/dpkg.log'), 'utf8').split('\n')
  const upgradesOf = (host: string): readonly string[] =>
    logOf(host).filter((line) => line.includes(` upgrade ${upgraded.get(host)}:`))
  /** To the second, as dpkg writes it. */
  const begun = (host: string): string => upgradesOf(host)[0]?.slice(0, 19) ?? 'never'
  const expectInOrder = (hosts: readonly string[]): void => {
    const stamps = hosts.map(begun)
    expect(stamps, hosts.join()).toEqual([...stamps].sort())
  }

  it('CLR-01 to CLR-31: goes from the check to the proof, through a failing script and a broken connection', () => {
    const said = io.out()
    expect(code, io.err() + said.slice(-3000)).toBe(0)
    expect(said).toContain('31 of 31 requirements covered')
    expect(said).toMatch(/6\.1\.1 Upgrade the packages on controller-b.*dpkg: error processing package/)
    expect(said).toContain('finished what was begun before: emulated-mediation-controller')
    expect(said).toContain('Run demo is intact')
    for (const file of ['recipe-book.html', 'report.html'])
      expect(readFileSync(join(demo, file), 'utf8')).toContain('Live upgrade of a Cleanroom platform')
  })

  it('CLR-01, CLR-29: every host has the release, by one upgrade, as its own dpkg tells', () => {
    for (const [host, name] of upgraded) {
      const status = readStatus(readFileSync(join(demo, 'platform/hosts', host, 'var/lib/dpkg/status'), 'utf8'))
      const found = status.find((each) => each.name === name)
      expect(found, host).toMatchObject({ version: '4.6.1-1', status: 'install ok installed' })
      // Once, whatever broke in between.
      expect(upgradesOf(host), host).toHaveLength(1)
    }
  })

  it('CLR-02, CLR-12, CLR-24, CLR-28: in order: clients, agents, the slave, the master, edge and HTML5 gateways', () => {
    expectInOrder(['workstation-01', 'workstation-24', 'agent-04', 'controller-b', 'controller-a', 'edge-1', 'html5-1'])
  })

  it('CLR-02, CLR-16: four workstations at four sites first, then ring by ring; who is switched off is passed over and named', () => {
    const [, first = []] = rings
    for (const host of first.slice(0, 4)) expectInOrder([host, first[4]!])
    const on = rings.map((ring) => ring.filter((host) => host !== switchedOff))
    for (const [index, ring] of on.entries())
      for (const next of on[index + 1] ?? []) for (const host of ring) expectInOrder([host, next])
    expect(io.out()).toMatch(new RegExp(`${switchedOff}: skipped`))
    const kept = readFileSync(join(demo, '.rollbook/runs/demo/journal.jsonl'), 'utf8')
    expect(kept).toContain(switchedOff)
  })

  it('CLR-19: agents wait for the opening of their window', () => {
    const calendar = readFileSync(join(demo, 'cleanroom-agents.ics'), 'utf8')
    const opening = /DTSTART:(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(calendar)!.slice(1)
    const opensAt = Date.parse(`${opening.slice(0, 3).join('-')}T${opening.slice(3).join(':')}Z`)
    // The hosts have no time zone of their own, so that theirs is UTC.
    for (const host of names('agent', 1, 4))
      expect(Date.parse(`${begun(host).replace(' ', 'T')}Z`), host).toBeGreaterThanOrEqual(opensAt)
  })
})
