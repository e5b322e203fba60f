import { describe, expect, it } from 'vitest'
import { type AviatrixLab, actionNamed, startLab } from './aviatrix-lab.ts'

const minute = 60_000
const spoke = 'spoke-use1-1'
const twin = 'spoke-use1-1-hagw'

/** A controller on 6.7.1376 whose gateways are one minor behind, or level with it. */
function upgraded(level: 'behind' | 'level', more: Parameters<typeof startLab>[0] = {}): Promise<AviatrixLab> {
  const gatewaysOn = level === 'behind' ? 'previous' : 'installed'
  return startLab({ installed: '6.7.1376', previous: '6.6.123', release: '6.7.1376', gatewaysOn, ...more })
}

/** A controller with level gateways, whose images are older than the ones that belong to its release. */
function newImage(more: Parameters<typeof startLab>[0] = {}): Promise<AviatrixLab> {
  return startLab({ installed: '6.8.1148', previous: '6.7.1376', release: '6.8.1148', ...more })
}

describe('software', () => {
  it('AVX-03 AVX-20 AVX-50 AVX-51: in place, to the release of the controller, without an interruption', async () => {
    const lab = await upgraded('behind')
    const image = lab.gateway(spoke).image
    const result = await lab.run('gateway_upgrade', spoke)
    expect(result).toMatchObject({
      changed: true,
      outputs: {
        version: '6.7.1376',
        previous_version: '6.6.123',
        image,
        previous_image: image,
        update_status: 'complete',
        joined: false,
      },
    })
    expect(lab.asked('upgrade_selected_gateway')).toEqual([
      expect.objectContaining({ gateway_list: spoke, software_version: '6.7.1376', image_version: image }),
    ])
    expect(lab.whats('outage', 'drain')).toEqual([])
    const phases = lab.emulator.effects().filter((each) => each.kind === 'phase' && each.gateway === spoke)
    expect(phases.map((each) => each.what)).toEqual([
      'upgrading',
      'downloading',
      'downloaded',
      'installing',
      'initializing',
      'complete',
    ])
    expect((await lab.run('gateway_upgrade', spoke)).changed).toBe(false)
  })

  it('AVX-08 all gateways of all regions at once, or some of them', async () => {
    const lab = await upgraded('behind', { gateways: 24 })
    const all = lab.emulator.state().gateways
    const first = all.filter((each) => each.region === 'us-east-1')
    await Promise.all(first.map(({ name }) => lab.run('gateway_upgrade', name)))
    const left = (await lab.fail('controller_status')).outputs['behind']
    expect(left).toEqual(all.filter((each) => each.region !== 'us-east-1').map((each) => each.name))
    const since = lab.clock.now()
    await Promise.all(all.map(({ name }) => lab.run('gateway_upgrade', name)))
    expect((lab.clock.now() - since) / minute).toBeLessThan(5)
    // All of them look through one reading.
    expect(lab.calls('list_vpcs_summary')).toBeLessThan(120)
    expect((await lab.run('controller_status')).outputs['behind']).toEqual([])
  })

  it('AVX-20 the controller itself refuses any other release', async () => {
    const lab = await upgraded('behind')
    const reply = await lab.ask('upgrade_selected_gateway', {
      gateway_list: spoke,
      software_version: '6.5.750',
      image_version: '',
    })
    expect(reply).toMatchObject({ return: false, reason: expect.stringContaining('6.7.1376') as string })
    const image = await lab.ask('upgrade_selected_gateway', {
      gateway_list: spoke,
      software_version: '6.7.1376',
      image_version: 'hvm-other',
    })
    expect(image).toMatchObject({ return: false, reason: expect.stringContaining('does not belong') as string })
  })

  it('AVX-59 most releases leave OpenVPN users alone, some restart the service', async () => {
    const quiet = await startLab({ installed: '6.5.3006', release: '6.6.123' })
    await quiet.levelAt('6.6')
    expect(quiet.whats('vpn')).toEqual([])
    const loud = await upgraded('behind')
    await loud.run('gateway_upgrade', 'vpn-use1-1')
    expect(loud.whats('vpn')).toEqual(['vpn-use1-1: the service restarts; users connect again'])
  })

  it('gateway-fails once: not_ready with the gateway as before, and a second try goes well', async () => {
    const lab = await upgraded('behind', { faults: [`gateway-fails:${spoke}`] })
    const failure = await lab.fail('gateway_upgrade', spoke)
    expect(failure).toMatchObject({
      class: 'not_ready',
      notApplied: true,
      outputs: { update_status: 'upgrade_fail', version: '6.6.123' },
    })
    expect(failure.advice).toContain('Restart the gateway')
    expect(await lab.fail('gateway_status', spoke)).toMatchObject({ class: 'unhealthy' })
    expect((await lab.run('gateway_upgrade', spoke)).outputs['version']).toBe('6.7.1376')
  })

  it('gateway-complete-early: the status reads complete, so the version is waited for', async () => {
    const lab = await upgraded('behind', { faults: [`gateway-complete-early:${spoke}`] })
    const context = lab.context(spoke)
    const result = await actionNamed('gateway_upgrade').perform(context, {})
    expect(result.outputs['version']).toBe('6.7.1376')
    expect(
      context.lines.some((line) => line.startsWith('the status reads complete, but the gateway still runs 6.6.123')),
    ).toBe(true)
  })

  it('gateway-hangs: no end in time', async () => {
    const lab = await upgraded('behind', { faults: [`gateway-hangs:${spoke}`] })
    expect(await lab.fail('gateway_upgrade', spoke, { limit: '10m' })).toMatchObject({
      class: 'timeout',
      outputs: { update_status: 'installing' },
    })
  })

  it('gateway-down: refused before anything is sent', async () => {
    const lab = await upgraded('behind', { faults: [`gateway-down:${spoke}`] })
    expect(await lab.fail('gateway_upgrade', spoke)).toMatchObject({ class: 'not_ready', notApplied: true })
    expect(lab.calls('upgrade_selected_gateway')).toBe(0)
  })

  it('gateway-down-after: a soak finds it, and a look right after the end does not', async () => {
    const lab = await upgraded('behind', { faults: [`gateway-down-after:${spoke}:5`] })
    await lab.run('gateway_upgrade', spoke)
    expect((await lab.run('gateway_status', spoke, { level: true })).outputs['up']).toBe(true)
    lab.clock.skip(6 * minute)
    expect(await lab.fail('gateway_status', spoke)).toMatchObject({
      class: 'unhealthy',
      outputs: { state: 'keepalive_fail' },
    })
  })

  it.each([
    'drop-connection:1:upgrade_selected_gateway',
    'malformed-reply:1:upgrade_selected_gateway',
    'http-503:1:list_vpcs_summary',
  ])('%s: what began is found and followed', async (fault) => {
    const lab = await upgraded('behind')
    lab.emulator.inject(fault)
    expect((await lab.run('gateway_upgrade', spoke)).outputs['version']).toBe('6.7.1376')
    expect(lab.whats('call').filter((what) => what.startsWith(spoke))).toHaveLength(1)
  })

  it('drop-connection before it was carried out: unknown, and the probe says that it never began', async () => {
    const lab = await upgraded('behind')
    lab.emulator.inject('drop-connection:1:upgrade_selected_gateway:before')
    expect(await lab.fail('gateway_upgrade', spoke)).toMatchObject({ class: 'unknown' })
    expect(await actionNamed('gateway_upgrade').probe!(lab.context(spoke), {})).toMatchObject({ state: 'not_applied' })
  })

  it('missing-field: a change of the API is told by the name of the field', async () => {
    const lab = await upgraded('behind')
    lab.emulator.inject('missing-field:vpc_state')
    const failure = await lab.fail('gateway_upgrade', spoke)
    expect(failure).toMatchObject({ class: 'process', outputs: { field: '[0].vpc_state' } })
  })

  it('the probe tells running, applied and never begun, and a second call joins', async () => {
    const lab = await upgraded('behind')
    const probe = () => actionNamed('gateway_upgrade').probe!(lab.context(spoke), {})
    expect(await probe()).toMatchObject({ state: 'not_applied' })
    const { version, image } = { version: '6.7.1376', image: lab.gateway(spoke).image }
    await lab.ask('upgrade_selected_gateway', { gateway_list: spoke, software_version: version, image_version: image })
    lab.clock.skip(1000)
    expect(await probe()).toMatchObject({ state: 'running' })
    expect((await lab.run('gateway_upgrade', spoke)).outputs).toMatchObject({ joined: true, version })
    expect(await probe()).toMatchObject({ state: 'applied', outputs: { version } })
  })
})

describe('image', () => {
  it('AVX-04 AVX-61 AVX-63 AVX-64 AVX-66: one member is drained, replaced by the matching image and verified', async () => {
    const lab = await newImage()
    const before = lab.gateway(spoke).image
    const result = await lab.run('gateway_image_upgrade', spoke)
    expect(result.outputs).toMatchObject({
      version: '6.8.1148',
      image: 'hvm-cloudx-aws-102022',
      previous_image: before,
    })
    expect(before).toBe('hvm-cloudx-aws-062022')
    expect(lab.whats('drain')).toEqual([
      `${spoke}: BGP stops, the tunnel interfaces go down, the routes move to ${twin}`,
    ])
    expect(lab.whats('outage')).toEqual([])
    expect(actionNamed('gateway_image_upgrade').capabilities.effect).toBe('disruptive')
    const ended = Date.parse(String(result.outputs['ended_at'])) - Date.parse(String(result.outputs['started_at']))
    expect(ended / minute).toBeGreaterThanOrEqual(7)
    expect((await lab.run('gateway_image_upgrade', spoke)).changed).toBe(false)
  })

  it('AVX-62 the second member of a pair is refused while the first is away, even when both begin together', async () => {
    const lab = await newImage()
    const tries = await Promise.allSettled([spoke, twin].map((name) => lab.run('gateway_image_upgrade', name)))
    expect(tries.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
    const rejected = tries.find((each) => each.status === 'rejected')
    expect(rejected?.reason).toMatchObject({ class: 'not_ready', notApplied: true })
    expect(lab.whats('outage')).toEqual([])
  })

  it('AVX-62 only in so many words are both replaced at once, and then nobody carries the traffic', async () => {
    const lab = await newImage()
    const both = { both_members_at_once: { reason: 'the site is closed tonight' } }
    const tries = await Promise.all([spoke, twin].map((name) => lab.run('gateway_image_upgrade', name, both)))
    expect(tries.map((each) => each.outputs['image'])).toEqual(Array(2).fill('hvm-cloudx-aws-102022'))
    // Whichever of the two goes second takes the site off.
    expect([spoke, twin].map((name) => `${name}: both members of the pair are away`)).toEqual(
      expect.arrayContaining([...lab.whats('outage')]),
    )
    expect(lab.whats('outage')).toHaveLength(1)
  })

  it('AVX-62 nor while the other member is down', async () => {
    const lab = await newImage()
    lab.emulator.inject(`gateway-down:${twin}`)
    lab.clock.skip(1000)
    const failure = await lab.fail('gateway_image_upgrade', spoke)
    expect(failure).toMatchObject({ class: 'not_ready', notApplied: true })
    expect(failure.message).toContain(`${twin}, is down`)
  })

  it('AVX-65 without ActiveMesh it is refused until a support case is named', async () => {
    const lab = await newImage()
    const failure = await lab.fail('gateway_image_upgrade', 'edge-use1-1')
    expect(failure).toMatchObject({ class: 'refused', notApplied: true })
    expect(failure.message).toContain('ActiveMesh of gateway edge-use1-1 is off')
    const args = { without_active_mesh: { case: 'AVX-4711' } }
    expect((await lab.run('gateway_image_upgrade', 'edge-use1-1', args)).outputs['image']).toBe('hvm-cloudx-aws-102022')
    expect(lab.whats('outage')).toEqual(['edge-use1-1: nobody carries its traffic'])
  })

  it('gateway-config-fail: replaced, and not up', async () => {
    const lab = await newImage()
    lab.emulator.inject(`gateway-config-fail:${spoke}`)
    const failure = await lab.fail('gateway_image_upgrade', spoke, { limit: '15m' })
    expect(failure).toMatchObject({ class: 'unhealthy', outputs: { version: '6.8.1148' } })
    expect(failure.message).toContain('config_fail')
  })

  it('gateway-fails in a replacement: the old gateway carries on', async () => {
    const lab = await newImage()
    lab.emulator.inject(`gateway-fails:${spoke}`)
    expect(await lab.fail('gateway_image_upgrade', spoke)).toMatchObject({
      class: 'not_ready',
      outputs: { image: 'hvm-cloudx-aws-062022' },
    })
    expect(lab.gateway(spoke)).toMatchObject({ vpc_state: 'up', version: '6.8.1148' })
  })
})

describe('rollback', () => {
  it('AVX-54 AVX-55 AVX-56 AVX-57: to the controller’s previous release, with the image that belongs to it', async () => {
    const lab = await upgraded('level')
    const result = await lab.run('gateway_rollback', spoke)
    expect(result.outputs).toMatchObject({ version: '6.6.123', previous_version: '6.7.1376' })
    expect(lab.asked('upgrade_selected_gateway').at(-1)).toMatchObject({ software_version: 'previous' })
    expect(lab.whats('drain')).toHaveLength(1)
    expect((await lab.fail('controller_status')).outputs).toMatchObject({ behind: [spoke], on_previous: [spoke] })
    // The way on: up again to the release of the controller.
    expect((await lab.run('gateway_upgrade', spoke)).outputs['version']).toBe('6.7.1376')
  })

  it('brings a gateway back that is in trouble on its new image', async () => {
    const lab = await newImage()
    lab.emulator.inject(`gateway-config-fail:${spoke}`)
    expect(await lab.fail('gateway_image_upgrade', spoke, { limit: '15m' })).toMatchObject({ class: 'unhealthy' })
    expect((await lab.run('gateway_rollback', spoke)).outputs).toMatchObject({ version: '6.7.1376' })
    expect(lab.gateway(spoke)).toMatchObject({ vpc_state: 'up', version: '6.7.1376' })
  })

  it('AVX-56 the image can be another one than before', async () => {
    const lab = await startLab({ installed: '6.5.3006', release: '6.6.123' })
    await lab.levelAt('6.6')
    await lab.run('gateway_image_upgrade', spoke)
    expect(lab.gateway(spoke).image).toBe('hvm-cloudx-aws-062022')
    const { outputs } = await lab.run('gateway_rollback', spoke)
    expect(outputs).toMatchObject({ version: '6.5.3006', image: 'hvm-cloudx-aws-022021' })
  })

  it('AVX-53 a gateway that was never upgraded has nothing to go back to', async () => {
    const lab = await startLab()
    const none = await lab.fail('gateway_rollback', spoke)
    expect(none).toMatchObject({ class: 'refused', notApplied: true })
    expect(none.message).toContain('no previous release')
    expect(
      await lab.ask('upgrade_selected_gateway', {
        gateway_list: spoke,
        software_version: 'previous',
        image_version: '',
      }),
    ).toMatchObject({
      return: false,
      reason: 'the controller has no previous release',
    })
    const { outputs } = await lab.run('gateway_status', spoke)
    expect(outputs).toMatchObject({ previous_version: '', previous_image: '', rollback_version: '' })
  })

  it('AVX-54 no older release can be chosen', async () => {
    const lab = await startLab({ installed: '6.6.123', release: '6.8.1148' })
    await lab.levelAt('6.7')
    await lab.levelAt('6.8')
    const reply = await lab.ask('upgrade_selected_gateway', {
      gateway_list: spoke,
      software_version: '6.6.123',
      image_version: '',
    })
    expect(reply).toMatchObject({ return: false })
    expect((await lab.run('gateway_rollback', spoke)).outputs['version']).toBe('6.7.1376')
  })

  it('AVX-60 it puts the OpenVPN users of the gateway out until it is back', async () => {
    const lab = await upgraded('level')
    const running = lab.run('gateway_rollback', 'vpn-use1-1')
    await lab.clock.sleep(3 * minute)
    expect(lab.gateway('vpn-use1-1').vpn_users).toBe(0)
    expect((await lab.run('gateway_status', 'vpn-use1-1', { require: 'nothing' })).outputs).toMatchObject({
      vpn: true,
      vpn_users: 0,
    })
    await running
    expect(lab.gateway('vpn-use1-1').vpn_users).toBe(25)
    expect(lab.whats('vpn').slice(-2)).toEqual(['vpn-use1-1: 25 users are cut off', 'vpn-use1-1: users connect again'])
  })

  it('the second member is refused while the first is away', async () => {
    const lab = await upgraded('level')
    const tries = await Promise.allSettled([spoke, twin].map((name) => lab.run('gateway_rollback', name)))
    expect(tries.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})

describe('the status', () => {
  it('AVX-07 AVX-49 AVX-52 AVX-66 tells every fact that has to be recorded', async () => {
    const lab = await newImage()
    const { outputs } = await lab.run('gateway_status', twin, { level: true })
    expect(outputs).toEqual({
      up: true,
      state: 'up',
      instance_state: 'running',
      update_status: 'complete',
      version: '6.8.1148',
      previous_version: '6.7.1376',
      target_version: '6.8.1148',
      rollback_version: '6.7.1376',
      image: 'hvm-cloudx-aws-062022',
      previous_image: '',
      target_image: 'hvm-cloudx-aws-102022',
      rollback_image: 'hvm-cloudx-aws-062022',
      kernel_version: '5.4.0-1086',
      level: true,
      account: 'aws-main',
      cloud: 'aws',
      region: 'us-east-1',
      type: 'spoke',
      role: 'secondary',
      pair: spoke,
      active_mesh: '2.0',
      vpn: false,
      vpn_users: 0,
    })
  })

  it('a controller that tells less leaves the unpublished facts empty', async () => {
    const lab = await newImage()
    const systems = [{ ...lab.system, settings: { ...lab.system.settings, fields: {} } }]
    const { outputs } = await lab.run('gateway_status', spoke, {}, { systems })
    expect(outputs).toMatchObject({
      previous_version: '',
      previous_image: '',
      kernel_version: '',
      active_mesh: 'on',
      vpn_users: null,
    })
  })

  it('a gateway behind its controller fails where it has to be level', async () => {
    const lab = await upgraded('behind')
    expect((await lab.run('gateway_status', spoke)).outputs['level']).toBe(false)
    expect(await lab.fail('gateway_status', spoke, { level: true })).toMatchObject({ class: 'unhealthy' })
  })

  it('a target without a gateway is told', async () => {
    const lab = await startLab()
    expect(await lab.fail('gateway_status', 'controller')).toMatchObject({ class: 'process', notApplied: true })
  })
})

describe('the dry run', () => {
  it('AVX-43 AVX-44 asks for each gateway, against the controller’s release and the matching image', async () => {
    const lab = await newImage()
    const gateways = [spoke, twin]
    expect((await lab.run('gateway_dry_run', undefined, { kind: 'image', gateways })).outputs).toMatchObject({
      passed: true,
    })
    expect(lab.asked('emulated_gateway_dry_run').map((each) => [each['gateway_list'], each['image_version']])).toEqual(
      gateways.map((name) => [name, 'hvm-cloudx-aws-102022']),
    )
    lab.emulator.inject(`dry-run-error:${twin}`)
    const failure = await lab.fail('gateway_dry_run', undefined, { kind: 'image', gateways })
    expect(failure).toMatchObject({
      class: 'not_ready',
      outputs: { errors: [{ gateway: twin, error: 'the package server cannot be reached' }] },
    })
    expect((await lab.run('gateway_dry_run', spoke)).outputs['passed']).toBe(true)
    expect(lab.whats('call').filter((what) => what.includes('image'))).toEqual([])
  })

  it.each(['gateway_upgrade', 'gateway_image_upgrade', 'gateway_rollback'])(
    'of %s changes nothing and says what it covers',
    async (name) => {
      const lab = await newImage()
      const dry = (more = {}) => actionNamed(name).dryRun!(lab.context(spoke, more), {})
      const settings = { ...lab.system.settings, unpublished: {} }
      const before = lab.emulator.effects().filter((each) => each.kind !== 'session').length
      expect(await dry()).toMatchObject({ coverage: 'checked' })
      const bare = await dry({ systems: [{ ...lab.system, settings }] })
      expect(bare.coverage).toBe(name === 'gateway_upgrade' ? 'checked' : 'simulated')
      expect(lab.emulator.effects().filter((each) => each.kind !== 'session')).toHaveLength(before)
    },
  )
})

it('AVX-08 AVX-52 discovers every gateway as an inventory that can be used as it is', async () => {
  const lab = await startLab({ gateways: 24 })
  const context = lab.context()
  const { outputs } = await actionNamed('gateways').perform(context, { system: 'controller' })
  expect(outputs).toMatchObject({ count: 24, pairs: 8, by_version: { '6.6.123': 24 }, listed_all: true })
  expect(outputs['by_region']).toEqual({ 'us-east-1': 6, 'eu-central-1': 6, 'West Europe': 6, 'europe-west3': 6 })
  const targets = outputs['targets'] as readonly { readonly name: string }[]
  const { kind, site, unit, member, version, attributes } = lab.target(twin)
  expect(targets.find((each) => each.name === twin)).toMatchObject({ kind, site, unit, member, version, attributes })
  const file = Buffer.from(context.evidence.get('inventory.yaml')!).toString()
  expect(file).toContain('rollbook: inventory/v1')
  expect(file).not.toContain(lab.emulator.password)
})
