import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { noHosts, onHosts, useDebianHosts } from '../../support/debian-hosts.ts'

const agent = 'emulated-recording-agent'

describe.skipIf(noHosts)(onHosts('packages on real Debian hosts'), () => {
  const lab = useDebianHosts({ agents: 14 })

  it('CLR-01 upgrades an installed component in place, and its service runs the new version', async () => {
    const host = lab.fresh()
    expect(await lab.version(host, agent)).toBe('4.5.2-1 install ok installed')
    await lab.run('update_lists', host)
    const result = await lab.run('upgrade', host, { packages: [agent] })
    expect(result).toMatchObject({
      changed: true,
      summary: `${agent} 4.5.2-1 to 4.6.1-1`,
      outputs: { changes: [{ package: agent, from: '4.5.2-1', to: '4.6.1-1' }], finished: [], kept_back: [] },
    })
    expect(await lab.version(host, agent)).toBe('4.6.1-1 install ok installed')
    const { address } = lab.target(host)
    const answer = await fetch(`http://${address}:${lab.emulator.servicePort}/version`)
    expect((await answer.text()).trim()).toBe('4.6.1')
    // Twice equals once.
    expect(await lab.run('upgrade', host, { packages: [agent] })).toMatchObject({
      changed: false,
      outputs: { changes: [] },
    })
  })

  it('knows a target version by name, and what it would do without doing it', async () => {
    const host = lab.fresh()
    await lab.run('update_lists', host)
    const args = { packages: [`${agent}=4.6.1-1`, 'emulated-shared-library'] }
    expect(await lab.probe('upgrade', host, args)).toMatchObject({ state: 'not_applied' })
    const before = readFileSync(join(hostRoot(host), 'var/lib/dpkg/status'), 'utf8')
    expect(await lab.dryRun('upgrade', host, args)).toMatchObject({
      coverage: 'checked',
      outputs: {
        changes: [
          { package: 'emulated-shared-library', from: '1.0-1', to: '1.0-1+deb12u1' },
          { package: agent, from: '4.5.2-1', to: '4.6.1-1' },
        ],
      },
    })
    expect(readFileSync(join(hostRoot(host), 'var/lib/dpkg/status'), 'utf8')).toBe(before)
    const context = { effect: 'upgrade@host#1' }
    await lab.run('upgrade', host, args, context)
    expect(await lab.probe('upgrade', host, args, context)).toMatchObject({ state: 'applied' })
    // Another effect finds the same: it is dpkg that is asked.
    expect(await lab.probe('upgrade', host, args)).toMatchObject({ state: 'applied' })
  })

  it('upgrades everything, dependencies and the release of the system included', async () => {
    const [host] = lab.emulator.hosts.filter((each) => each.component === 'html5-gateway').map((each) => each.name)
    await lab.run('update_lists', host!)
    expect(await lab.run('reboot_required', host!)).toMatchObject({ outputs: { required: false } })
    const result = await lab.run('upgrade', host!, { all: 'dist-upgrade' })
    expect(result.summary).toContain('emulated-debian-base 11.11 to 12.9')
    expect(await lab.sh(host!, '. /etc/os-release; echo $VERSION_ID')).toBe('12')
    expect(await lab.run('reboot_required', host!)).toMatchObject({
      outputs: { required: true, packages: ['emulated-debian-base'] },
    })
    expect(await lab.fail('reboot_required', host!, { allowed: false })).toMatchObject({ class: 'not_ready' })
    expect(await lab.probe('upgrade', host!, { all: 'dist-upgrade' })).toMatchObject({ state: 'applied' })
  })

  it('CLR-10 downloads beforehand, and the upgrade then needs no network', async () => {
    const host = lab.fresh()
    await lab.run('update_lists', host)
    const args = { packages: [agent] }
    expect(await lab.probe('download', host, args)).toMatchObject({ state: 'not_applied' })
    expect(await lab.dryRun('download', host, args)).toMatchObject({
      coverage: 'checked',
      outputs: { files: [`${agent}_4.6.1-1_all.deb`] },
    })
    const result = await lab.run('download', host, args)
    expect(result.outputs['files']).toEqual([`${agent}_4.6.1-1_all.deb`])
    expect(Number(result.outputs['bytes'])).toBeGreaterThan(90_000)
    expect(await lab.version(host, agent)).toBe('4.5.2-1 install ok installed')
    expect(await lab.probe('download', host, args)).toMatchObject({ state: 'applied' })
    expect(await lab.run('download', host, args)).toMatchObject({ changed: false })
    await lab.emulator.inject(`repository-refused:${host}`)
    expect(await lab.fail('repository_reachable', host)).toMatchObject({ class: 'not_ready' })
    await lab.run('upgrade', host, { ...args, only_downloaded: true })
    expect(await lab.version(host, agent)).toBe('4.6.1-1 install ok installed')
  })

  it.each([
    ['keep', 'site_setting = ours', '.dpkg-dist'],
    ['replace', 'format = 4.6', '.dpkg-old'],
  ] as const)('never asks about a changed configuration file: %s', async (conffiles, kept, aside) => {
    const host = lab.fresh()
    const file = '/etc/emulated-cleanroom/recording-agent.conf'
    await lab.emulator.inject(`conffile-changed:${host}`)
    await lab.run('update_lists', host)
    await lab.run('upgrade', host, { packages: [agent], conffiles })
    expect(await lab.sh(host, `cat ${file}`)).toContain(kept)
    expect(await lab.run('dpkg_state', host)).toMatchObject({
      outputs: { conffiles: [`${file}${aside}`], unfinished: [] },
    })
  })

  it('goes back where the product allows it, and only says so where the author does', async () => {
    const host = lab.fresh()
    await lab.run('update_lists', host)
    const args = { packages: [agent], allow_downgrade: true }
    const result = await lab.run('upgrade', host, args)
    expect(await lab.version(host, agent)).toContain('4.6.1-1')
    const undone = await lab.undo('upgrade', host, args, result.outputs)
    expect(undone.outputs['changes']).toEqual([{ package: agent, from: '4.6.1-1', to: '4.5.2-1' }])
    expect(await lab.version(host, agent)).toBe('4.5.2-1 install ok installed')
    expect(await lab.fail('upgrade', host, { packages: [`${agent}=4.4.0-1`] })).toMatchObject({ class: 'refused' })
    await lab.run('upgrade', host, { packages: [agent] })
    expect(await lab.fail('upgrade', host, { packages: [`${agent}=4.5.2-1`] })).toMatchObject({
      class: 'refused',
      notApplied: true,
      advice: expect.stringContaining('allow_downgrade'),
    })
  })

  it('works as an administrator through sudo, with and without a password, and not without sudo', async () => {
    const host = lab.fresh()
    const target = lab.target(host)
    const operator = { target: { ...target, connection: { ...target.connection, user: 'operator' } } }
    expect(await lab.fail('update_lists', host, {}, operator)).toMatchObject({
      class: 'refused',
      advice: expect.stringContaining('sudo'),
    })
    await lab.run('update_lists', host, { sudo: true }, operator)
    await lab.run('hold', host, { packages: [agent], sudo: true }, operator)
    await lab.emulator.inject(`no-sudo:${host}`)
    expect(await lab.fail('unhold', host, { packages: [agent], sudo: true }, operator)).toMatchObject({
      class: 'refused',
      notApplied: true,
    })
    const secrets = { sudo_password: 'operator-password' }
    const args = { packages: [agent], sudo: { password: { $secret: 'sudo_password' } } }
    await lab.run('unhold', host, args, { ...operator, secrets })
    const context = lab.context(host, { ...operator, secrets })
    await lab.run('upgrade', host, args, { ...operator, secrets })
    expect(await lab.version(host, agent)).toBe('4.6.1-1 install ok installed')
    expect(context.unmasked.join('\n')).not.toContain('operator-password')
  })

  it('holds packages back and lets them go, and undoes only what it did', async () => {
    const host = lab.fresh()
    await lab.run('update_lists', host)
    const args = { packages: [agent, 'emulated-shared-library'] }
    await lab.emulator.inject(`held:${host}`)
    expect(await lab.dryRun('hold', host, args)).toMatchObject({ outputs: { changed: ['emulated-shared-library'] } })
    expect(await lab.probe('hold', host, args)).toMatchObject({ state: 'not_applied' })
    const held = await lab.run('hold', host, args)
    expect(held.outputs).toEqual({ changed: ['emulated-shared-library'], held: [agent, 'emulated-shared-library'] })
    expect(await lab.probe('hold', host, args)).toMatchObject({ state: 'applied' })
    expect(await lab.fail('upgrade', host, { packages: [agent] })).toMatchObject({
      class: 'refused',
      notApplied: true,
      advice: expect.stringContaining('debian.unhold'),
    })
    expect(await lab.run('upgrade', host, { all: 'upgrade' })).toMatchObject({
      outputs: { kept_back: [agent, 'emulated-shared-library'] },
    })
    await lab.undo('hold', host, args, held.outputs)
    expect(await lab.sh(host, 'apt-mark showhold')).toBe(agent)
    expect(await lab.run('unhold', host, args)).toMatchObject({ outputs: { changed: [agent], held: [] } })
    expect(await lab.fail('hold', host, { packages: ['no-such-package'] })).toMatchObject({ class: 'refused' })
  })

  it('knows a package by its name with the architecture of the host', async () => {
    const host = lab.fresh()
    const full = `${agent}:${(await lab.sh(host, 'dpkg --print-architecture')).trim()}`
    expect(await lab.run('hold', host, { packages: [full] })).toMatchObject({ outputs: { changed: [full] } })
    expect(await lab.probe('hold', host, { packages: [full] })).toMatchObject({ state: 'applied' })
    await lab.run('unhold', host, { packages: [full] })
    const version = (await lab.version(host, agent)).split(' ')[0]!
    const options = { effect: 'never/begun@host#1' }
    expect(await lab.probe('upgrade', host, { packages: [`${full}=${version}`] }, options)).toMatchObject({
      state: 'applied',
    })
    await lab.run('update_lists', host)
    expect(await lab.probe('upgrade', host, { packages: [full] }, options)).toMatchObject({ state: 'not_applied' })
  })

  it('CLR-29 reads versions, and judges them as dpkg does', async () => {
    const host = lab.fresh()
    await lab.run('update_lists', host)
    expect(await lab.run('installed_version', host, { package: agent })).toMatchObject({
      outputs: {
        installed: true,
        version: '4.5.2-1',
        upstream: '4.5.2',
        state: 'ii',
        held: false,
        candidate: '4.6.1-1',
      },
    })
    await lab.run('installed_version', host, { package: agent, expect: '4.5.', prefix: true })
    await lab.run('installed_version', host, { package: agent, at_least: '4.5.2~rc1' })
    expect(await lab.fail('installed_version', host, { package: agent, at_least: '4.6.1' })).toMatchObject({
      class: 'not_ready',
      message: `${agent} is 4.5.2-1 on ${host}; at least 4.6.1 is wanted`,
    })
    expect(await lab.fail('installed_version', host, { package: agent, expect: '4.6.1-1' })).toMatchObject({
      class: 'not_ready',
    })
    expect(await lab.run('installed_version', host, { package: 'no-such-package' })).toMatchObject({
      outputs: { installed: false, version: '', candidate: '' },
    })
  })

  function hostRoot(name: string): string {
    return lab.emulator.hosts.find((host) => host.name === name)!.root
  }
})
