import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/base/json.ts'
import { actionNamed, startLab } from './aviatrix-lab.ts'

describe('accounts', () => {
  it('AVX-30 AVX-31 AVX-32 AVX-33: every account passes the audit, the primary one included', async () => {
    const lab = await startLab()
    const { outputs } = await lab.run('account_audit', undefined, { primary: 'aws-main', refresh: true })
    expect(outputs).toMatchObject({
      failed: [],
      accounts: expect.arrayContaining([{ account: 'aws-main', status: 'Pass', comment: '' }]) as unknown,
    })
    expect(lab.calls('emulated_account_audit')).toBe(1)
  })

  it('AVX-30 AVX-32 audit-fails: what it finds has to be fixed, and a missing primary account too', async () => {
    const lab = await startLab({ faults: ['audit-fails:azure-main'] })
    const failure = await lab.fail('account_audit')
    expect(failure).toMatchObject({ class: 'not_ready', outputs: { failed: ['azure-main'] } })
    expect(failure.message).toContain('the access role lacks policies')
    const none = await lab.fail('account_audit', undefined, { primary: 'primary-of-ours' })
    expect(none.outputs['failed']).toEqual(['azure-main', 'primary-of-ours'])
  })
})

describe('DNS and connectivity', () => {
  it('AVX-23 AVX-24 reads the switch, turns it, and turns it back', async () => {
    const lab = await startLab()
    expect((await lab.run('controller_dns')).outputs).toEqual({ vpc_dns_server: 'enabled' })
    expect(await lab.fail('controller_dns', undefined, { require: 'disabled' })).toMatchObject({ class: 'not_ready' })
    const action = actionNamed('vpc_dns_server')
    const args = { state: 'disabled' }
    expect(await action.probe!(lab.context(), args)).toMatchObject({ state: 'not_applied' })
    expect((await action.dryRun!(lab.context(), args)).coverage).toBe('simulated')
    const done = await lab.run('vpc_dns_server', undefined, args)
    expect(done).toMatchObject({ changed: true, outputs: { vpc_dns_server: 'disabled', previous: 'enabled' } })
    expect((await lab.run('vpc_dns_server', undefined, args)).changed).toBe(false)
    expect(await action.probe!(lab.context(), args)).toMatchObject({ state: 'applied' })
    await action.undo!(lab.context(), args, done.outputs)
    expect((await lab.run('controller_dns')).outputs).toEqual({ vpc_dns_server: 'enabled' })
    expect(lab.whats('setting')).toEqual(['VPC DNS server off', 'VPC DNS server on'])
  })

  const args = {
    ping: ['www.google.com'],
    ports: ['www.security.aviatrix.com:443', 'www.github.com:443', 'www.github.com:22'],
  }

  it('AVX-25 AVX-26 AVX-27 AVX-28 AVX-29: ping and ports are tried from the controller', async () => {
    const lab = await startLab()
    const { outputs, summary } = await lab.run('connectivity', undefined, args)
    expect(outputs['failed']).toEqual([])
    expect(summary).toBe('4 reached')
    expect(lab.asked('emulated_port_test').map((each) => `${each['host']}:${each['port']}`)).toEqual(args.ports)
  })

  it.each([
    ['AVX-26 unreachable:www.google.com', ['www.google.com']],
    ['AVX-29 unreachable:www.github.com:22', ['www.github.com:22']],
    ['AVX-27 unreachable:www.security.aviatrix.com:443', ['www.security.aviatrix.com:443']],
    ['AVX-28 unreachable:www.github.com:443', ['www.github.com:443']],
  ])('%s fails as not ready', async (title, failed) => {
    const lab = await startLab({ faults: [title.split(' ')[1]!] })
    expect(await lab.fail('connectivity', undefined, args)).toMatchObject({ class: 'not_ready', outputs: { failed } })
  })
})

describe('tunnels', () => {
  it('AVX-35 AVX-36 all gateways and tunnels are up', async () => {
    const lab = await startLab({ gateways: 24 })
    const { outputs } = await lab.run('tunnels')
    expect(outputs).toMatchObject({ count: 20, down: [] })
    for (const { name } of lab.emulator.state().gateways) {
      expect((await lab.run('gateway_status', name)).outputs['up'], name).toBe(true)
    }
  })

  it('AVX-36 tunnel-down: told for all and for the gateway itself, and not for others', async () => {
    const lab = await startLab({ faults: ['tunnel-down:spoke-use1-1'] })
    expect(await lab.fail('tunnels')).toMatchObject({
      class: 'unhealthy',
      outputs: { down: ['spoke-use1-1~transit-use1'] },
    })
    expect(await lab.fail('tunnels', 'spoke-use1-1')).toMatchObject({ class: 'unhealthy' })
    expect((await lab.run('tunnels', 'vpn-use1-1')).outputs).toEqual({
      count: 1,
      up: ['vpn-use1-1~transit-use1'],
      down: [],
      not_counted: [],
    })
    expect((await lab.run('tunnels', undefined, { require: 'nothing' })).summary).toBe('3 of 4 tunnels are up')
  })

  it('AVX-35 gateway-down takes its tunnels along, for the time that is given', async () => {
    const lab = await startLab({ faults: ['gateway-down:transit-use1:10m..20m'] })
    expect((await lab.run('tunnels')).outputs['down']).toEqual([])
    lab.clock.skip(15 * 60_000)
    expect((await lab.fail('tunnels')).outputs['down']).toHaveLength(3)
    expect(await lab.fail('gateway_status', 'transit-use1')).toMatchObject({
      class: 'unhealthy',
      outputs: { state: 'down' },
    })
    lab.clock.skip(10 * 60_000)
    expect((await lab.run('tunnels')).outputs['down']).toEqual([])
  })

  it('AVX-64 after a replacement they need a moment more than the gateway', async () => {
    const lab = await startLab({ installed: '6.7.1376', release: '6.8.1148' })
    await lab.levelAt('6.8')
    await lab.run('gateway_image_upgrade', 'spoke-use1-1', { interval: '1s' })
    expect(await lab.fail('tunnels', 'spoke-use1-1')).toMatchObject({ class: 'unhealthy' })
    lab.clock.skip(30_000)
    expect((await lab.run('tunnels', 'spoke-use1-1')).outputs['down']).toEqual([])
  })
})

describe('the cloud of the controller', () => {
  it('AVX-37 AVX-38 ha-outdated: the HA application has to be renewed, and not right before the upgrade', async () => {
    const lab = await startLab({ faults: ['ha-outdated'] })
    const failure = await lab.fail('controller_ha')
    expect(failure).toMatchObject({
      class: 'not_ready',
      outputs: { enabled: true, version: '4.1', latest_version: '4.3', newest: false },
    })
    expect(failure.advice).toContain('never right before an upgrade')
    lab.emulator.clear('ha-outdated')
    expect((await lab.run('controller_ha')).outputs['newest']).toBe(true)
  })

  it('AVX-39 credits-standard: a t2 or t3 controller needs Unlimited before a platform image upgrade', async () => {
    const lab = await startLab({ faults: ['credits-standard'] })
    expect(await lab.fail('instance_attributes')).toMatchObject({
      class: 'not_ready',
      outputs: { instance_type: 't3.large', cpu_credits: 'standard', burstable: true },
    })
    lab.emulator.clear('credits-standard')
    expect((await lab.run('instance_attributes')).outputs['cpu_credits']).toBe('unlimited')
  })

  it('a program on control can stand in the place of an API action', async () => {
    const lab = await startLab()
    const print = (text: string) => ({
      call: { command: [process.execPath, '-e', `console.log(${JSON.stringify(text)})`] },
    })
    const facts = await lab.run('instance_attributes', undefined, print('{"instance_type":"m5.large"}'))
    expect(facts.outputs).toEqual({ instance_type: 'm5.large', cpu_credits: '', burstable: false })
    expect(await lab.fail('instance_attributes', undefined, print('nothing'))).toMatchObject({ class: 'process' })
    const broken = { call: { command: [process.execPath, '-e', 'process.exit(3)'] } }
    expect((await lab.fail('controller_ha', undefined, broken)).message).toContain('exit code 3')
  })
})

describe('backup', () => {
  it.each([
    ['6.6.123', 'account_name'],
    ['7.1.4191', 'acct_name'],
  ])('AVX-40 before an upgrade from %s a backup is written and seen (%s)', async (installed, spelling) => {
    const lab = await startLab({ installed, release: installed })
    const result = await lab.run('backup')
    expect(result.outputs).toMatchObject({
      bucket: 'emulated-controller-backup',
      account: 'aws-main',
      multiple: true,
      seen: true,
      files: 4,
    })
    expect(result.outputs['file']).toMatch(/_save_cloudx_config_20270314_05/)
    expect(lab.asked('enable_cloudn_backup_config')).toEqual([
      expect.objectContaining({ now: 'true', [spelling]: 'aws-main' }),
    ])
    expect(readdirSync(lab.emulator.bucketFolder)).toContain(result.outputs['file'])
  })

  it('AVX-34 AVX-40 backup-off, backup-fails: without a backup nothing goes on', async () => {
    const off = await startLab({ faults: ['backup-off'] })
    expect(await off.fail('backup')).toMatchObject({ class: 'not_ready', notApplied: true })
    const none = await startLab({ faults: ['backup-fails'] })
    expect(await none.fail('backup')).toMatchObject({ class: 'timeout', outputs: { seen: false } })
    for (const name of readdirSync(none.emulator.bucketFolder)) await remove(none.emulator.bucketFolder, name)
    expect(await none.fail('backup_files')).toMatchObject({ class: 'not_ready', outputs: { files: [] } })
  })

  it('AVX-41 only the three newest dated files stay, and everything else is left alone', async () => {
    const lab = await startLab({ rotates: false })
    await lab.run('backup')
    const failure = await lab.fail('backup_files', undefined, { keep: 3 })
    expect(failure).toMatchObject({ class: 'not_ready' })
    expect(failure.outputs['surplus']).toHaveLength(2)
    const surplus = failure.outputs['surplus'] as readonly string[]
    expect((await actionNamed('backup_prune').dryRun!(lab.context(), {})).summary).toContain(surplus[0])
    expect(readdirSync(lab.emulator.bucketFolder)).toHaveLength(7)
    const pruned = await lab.run('backup_prune', undefined, { keep: 3 })
    expect(pruned).toMatchObject({ changed: true, outputs: { removed: surplus } })
    const left = readdirSync(lab.emulator.bucketFolder)
    expect(left).toHaveLength(5)
    expect(left).toEqual(
      expect.arrayContaining([expect.stringMatching(/_config\.enc$/), expect.stringMatching(/_version\.txt$/)]),
    )
    expect((await lab.run('backup_prune')).changed).toBe(false)
    expect((await lab.run('backup_files')).outputs['surplus']).toEqual([])
  })

  it('the probe goes by the time of the newest file', async () => {
    const lab = await startLab()
    const begunAt = lab.clock.now()
    const probe = () => actionNamed('backup').probe!(lab.context(undefined, { begunAt }), { limit: '1m' })
    expect(await probe()).toMatchObject({ state: 'not_applied' })
    await lab.run('backup')
    expect(await probe()).toMatchObject({ state: 'applied', outputs: { seen: true } })
    const { backup_store: _, ...settings } = lab.system.settings
    const bare = { systems: [{ ...lab.system, settings }] }
    expect(await actionNamed('backup').probe!(lab.context(undefined, bare), {})).toMatchObject({ state: 'unknown' })
    expect((await lab.run('backup', undefined, {}, bare)).outputs).toMatchObject({ seen: false, files: 0 })
    expect(await lab.fail('backup_files', undefined, {}, bare)).toMatchObject({ class: 'process', notApplied: true })
    expect((await actionNamed('backup').dryRun!(lab.context(), {})).summary).toContain('backup is on')
  })
})

async function remove(folder: string, name: string): Promise<void> {
  const { rmSync } = await import('node:fs')
  rmSync(`${folder}/${name}`)
}

describe('calls that nobody publishes', () => {
  it.each(['platform_dry_run', 'connectivity', 'controller_ha', 'instance_attributes'])(
    '%s fails before anything is asked where nobody names the call',
    async (name) => {
      const lab = await startLab()
      const settings = { ...lab.system.settings, unpublished: {} }
      const args: JsonObject = name === 'connectivity' ? { ping: ['www.google.com'] } : {}
      const failure = await lab.fail(name, undefined, args, { systems: [{ ...lab.system, settings }] })
      expect(failure).toMatchObject({ class: 'process', notApplied: true })
      expect(failure.message).toContain('the vendor publishes none')
      expect(failure.advice).toContain('settings.unpublished.')
    },
  )

  it('a name that the controller does not know is told, and the step can name another one with its own parameters', async () => {
    const lab = await startLab({ installed: '6.6.123', release: '6.7.1376' })
    const wrong = await lab.fail('platform_dry_run', undefined, { to: '6.7', call: 'dryrun' })
    expect(wrong).toMatchObject({ class: 'process', outputs: { unknown_action: 'dryrun' } })
    const call = { action: 'emulated_platform_dry_run', method: 'GET', params: { version: 'target' } }
    await lab.run('platform_dry_run', undefined, { to: '6.7', call })
    expect(lab.asked('emulated_platform_dry_run')).toEqual([expect.objectContaining({ target: '6.7' })])
  })
})

describe('images', () => {
  it('AVX-20 AVX-66 each release has its image per cloud', async () => {
    const lab = await startLab()
    expect((await lab.run('compatible_image', 'spoke-use1-1')).outputs).toEqual({
      version: '6.6.123',
      image: 'hvm-cloudx-aws-062022',
    })
    expect((await lab.run('compatible_image', undefined, { version: '6.5.750', cloud: 'aws' })).outputs['image']).toBe(
      'hvm-cloudx-aws-022021',
    )
    expect(await lab.fail('compatible_image', undefined, { version: '9.9.1', cloud: 'aws' })).toMatchObject({
      class: 'refused',
    })
    expect(await lab.fail('compatible_image')).toMatchObject({ class: 'process' })
  })
})

describe('the session', () => {
  it('is shared by all callers, and begun again when it is over', async () => {
    const lab = await startLab({ sessionMinutes: 5 })
    await Promise.all(Array.from({ length: 10 }, () => lab.run('tunnels')))
    expect(lab.calls('login')).toBe(1)
    lab.clock.skip(6 * 60_000)
    await Promise.all(Array.from({ length: 10 }, () => lab.run('tunnels')))
    expect(lab.calls('login')).toBeLessThanOrEqual(3)
    lab.emulator.inject('session-expires:always:list_peer_vpc_pairs')
    expect(await lab.fail('tunnels')).toMatchObject({ class: 'refused' })
  })

  it('silence: a read is tried again, within the time that is left', async () => {
    const lab = await startLab()
    await lab.run('tunnels')
    lab.emulator.inject('silence:1:list_peer_vpc_pairs')
    const systems = [{ ...lab.system, settings: { ...lab.system.settings, pace: 200 } }]
    expect((await lab.run('tunnels', undefined, {}, { systems })).outputs['count']).toBe(4)
    expect(lab.calls('list_peer_vpc_pairs')).toBe(3)
  })

  it.each([
    'http-502:2',
    'http-503:2',
    'html-page:2',
    'malformed-reply:2:list_peer_vpc_pairs',
    'drop-connection:2:list_peer_vpc_pairs',
  ])('%s: a read survives it', async (fault) => {
    const lab = await startLab({ faults: [fault] })
    expect((await lab.run('tunnels')).outputs['count']).toBe(4)
  })

  it('a controller that stays away is told as unreachable after five tries', async () => {
    const lab = await startLab({ faults: ['http-503:always:list_peer_vpc_pairs'] })
    expect(await lab.fail('tunnels')).toMatchObject({ class: 'unreachable' })
    expect(lab.calls('list_peer_vpc_pairs')).toBe(5)
  })

  it('an authority that nobody trusts is refused, and the insecure switch is loud', async () => {
    const lab = await startLab()
    const { ca_file: _, ...settings } = lab.system.settings
    expect(await lab.fail('tunnels', undefined, {}, { systems: [{ ...lab.system, settings }] })).toMatchObject({
      class: 'refused',
    })
    const { http } = lab.context().ports
    expect(http).toBeDefined()
    const insecure = { systems: [{ ...lab.system, settings: { ...settings, insecure: true } }] }
    expect((await lab.run('tunnels', undefined, {}, insecure)).outputs['count']).toBe(4)
    expect(lab.sent.at(-1)?.insecure).toBe(true)
  })

  it('the password goes by the body of a POST, and nowhere else', async () => {
    const lab = await startLab({ installed: '7.1.4191', release: '7.2.4820' })
    const context = lab.context()
    await actionNamed('controller_status').perform(context, { require: 'nothing' })
    const carrying = lab.sent.filter((each) => JSON.stringify(each).includes(lab.emulator.password))
    expect(carrying.every((each) => each.method === 'POST' && !each.url.includes(lab.emulator.password))).toBe(true)
    expect(carrying.length).toBeGreaterThan(0)
    expect(context.unmasked.join('\n')).not.toContain(lab.emulator.password)
  })

  it.each([
    [{ password: 'plain text' }, 'has no secret settings.password'],
    [{ pace: 0 }, 'settings.pace'],
    [{ generation: 7 }, 'settings.generation'],
    [{ unpublished: { dance: 'x' } }, 'settings.unpublished has no "dance"'],
    [{ unpublished: { ping: 7 } }, 'settings.unpublished.ping names no call'],
    [{ fields: { hop_list: 7 } }, 'settings.fields.hop_list'],
    [{ backup_store: {} }, 'settings.backup_store'],
    [{ username: 7 }, 'settings.username'],
    [{ ca_file: 'nowhere.pem' }, 'nowhere.pem'],
  ])('settings that cannot be are refused: %j', async (wrong, message) => {
    const lab = await startLab()
    const systems = [{ ...lab.system, settings: { ...lab.system.settings, ...wrong } as typeof lab.system.settings }]
    const failure = await lab.fail('tunnels', undefined, {}, { systems })
    expect(failure).toMatchObject({ class: 'process', notApplied: true })
    expect(failure.message).toContain(message)
  })

  it('a system that is not there is told', async () => {
    const lab = await startLab()
    expect(await lab.fail('tunnels', undefined, { system: 'other' }, { systems: [] })).toMatchObject({
      class: 'process',
    })
    const plain = { ...lab.system, address: 'http://127.0.0.1' }
    expect((await lab.fail('tunnels', undefined, {}, { systems: [plain] })).message).toContain('https')
  })
})
