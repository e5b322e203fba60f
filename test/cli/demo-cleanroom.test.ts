/** The demo of Cleanroom from its first line to its last, on real Debian hosts. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { readStatus } from '../../src/executors/debian/emulator/hosts.ts'
import { captureIo } from '../support/captured-io.ts'
import { noHosts, onHosts } from '../support/debian-hosts.ts'

describe.skipIf(noHosts)(onHosts('the demo of Cleanroom'), () => {
  it('CLR-01 to CLR-31: upgrades every host in order, through a failing script and a broken connection, and leaves a report', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollbook-demo-cleanroom-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const io = captureIo({ cwd: folder })
    expect(await runCli(['demo', 'cleanroom'], io), io.err() + io.out().slice(-3000)).toBe(0)
    const demo = join(folder, '.demo/cleanroom')
    const said = io.out()
    expect(said).toContain('31 of 31 requirements covered')
    expect(said).toMatch(/6\.1\.1 Upgrade the packages on controller-b.*dpkg: error processing package/)
    expect(said).toContain('finished what was begun before: emulated-mediation-controller')
    expect(said).toContain('Run demo is intact')
    for (const file of ['recipe-book.html', 'report.html'])
      expect(readFileSync(join(demo, file), 'utf8')).toContain('Live upgrade of a Cleanroom platform')

    // What dpkg itself holds, host by host.
    const packageOf: readonly (readonly [host: string, name: string])[] = [
      ['controller-a', 'emulated-mediation-controller'],
      ['controller-b', 'emulated-mediation-controller'],
      ['edge-1', 'emulated-edge-gateway'],
      ['edge-2', 'emulated-edge-gateway'],
      ['html5-1', 'emulated-html5-gateway'],
      ...['01', '02', '03', '04'].map((each) => [`agent-${each}`, 'emulated-recording-agent'] as const),
      ...['01', '08'].map((each) => [`workstation-${each}`, 'emulated-access-client'] as const),
    ]
    const logOf = (host: string): readonly string[] =>
      readFileSync(join(demo, 'platform/hosts', host, 'var/log/dpkg.log'), 'utf8').split('\n')
    for (const [host, name] of packageOf) {
      const status = readFileSync(join(demo, 'platform/hosts', host, 'var/lib/dpkg/status'), 'utf8')
      expect(
        readStatus(status).find((each) => each.name === name),
        host,
      ).toMatchObject({
        version: '4.6.1-1',
        status: 'install ok installed',
      })
      // Once, whatever broke in between.
      expect(
        logOf(host).filter((line) => line.includes(` upgrade ${name}:`)),
        host,
      ).toHaveLength(1)
    }
    const begun = (host: string, name: string): string =>
      logOf(host).find((line) => line.includes(` upgrade ${name}:`)) ?? ''
    const order = [
      packageOf[9]!,
      packageOf[10]!,
      packageOf[6]!,
      packageOf[1]!,
      packageOf[0]!,
      packageOf[2]!,
      packageOf[4]!,
    ]
    const stamps = order.map(([host, name]) => begun(host, name).slice(0, 19))
    expect(stamps).toEqual([...stamps].sort())
  }, 240_000)
})
