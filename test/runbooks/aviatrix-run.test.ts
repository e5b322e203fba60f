/** The runbook for controller and gateways on an emulated controller, unattended: the examples of the guide, and a bad night. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runbookWithout } from './aviatrix-inventory.ts'
import { type Network, startNetwork } from './aviatrix-network.ts'

const name = 'aviatrix-platform'

/** Versions as they came about: the controller's without a name, those of gateways behind it. */
function versions({ emulator }: Network): readonly string[] {
  return emulator
    .effects()
    .filter(({ kind }) => kind === 'version')
    .map(({ gateway, what }) => (gateway === undefined ? what : `${gateway} ${what}`))
}

const versionsNow = ({ emulator }: Network): readonly string[] => [
  emulator.state().controller.version,
  ...new Set(emulator.state().gateways.map(({ version }) => version)),
]

it('AVX-16, AVX-45, AVX-46, AVX-47, AVX-50, AVX-51: two hops in one night, through lost sessions, 502, 503, a status that is too early and an archive that is too short', async () => {
  const network = await startNetwork({
    gateways: 12,
    faults: [
      'session-expires:2:list_vpcs_summary',
      'http-502:2:list_version_info',
      'http-503:1:upgrade_selected_gateway',
      'platform-complete-early',
      'gateway-fails:spoke-use1-1',
    ],
  })
  const { code, io } = await network.run(name)
  expect(code, io.out() + io.err()).toBe(0)
  expect(versionsNow(network)).toEqual(['6.8.1148', '6.8.1148'])
  const order = versions(network)
  // Each hop: the controller, then each gateway once, of a pair the secondary first.
  expect(order.filter((each) => !each.includes(' '))).toEqual(['6.7.1376', '6.8.1148'])
  for (const hop of ['6.7.1376', '6.8.1148']) {
    const places = order.flatMap((each, index) => (each.endsWith(hop) ? [index] : []))
    expect(places).toHaveLength(13)
    expect(order[places[0]!]).toBe(hop)
    expect(order.indexOf(`transit-use1-hagw ${hop}`)).toBeLessThan(order.indexOf(`transit-use1 ${hop}`))
    expect(order.indexOf(`spoke-euc1-1-hagw ${hop}`)).toBe(places[1])
  }
  const effects = network.emulator.effects()
  expect(effects.filter(({ kind }) => kind === 'outage')).toEqual([])
  expect(effects.filter(({ kind }) => kind === 'session').length).toBeGreaterThanOrEqual(2)
  expect(io.out()).toContain('answered by the web server (status 503)')
  expect(io.out()).toContain('the upgrade of gateway spoke-use1-1 failed; it is up and runs 6.6.123')
  // A backup before each hop, and one of the end; three dated copies and the latest one stay.
  expect(effects.filter(({ kind }) => kind === 'backup').length).toBeGreaterThanOrEqual(4)
  // All of it inside the window that begins at 22:00.
  expect(new Date(network.clock.now()).toISOString()).toMatch(/^2027-03-0(5T2[23]|6T0[0-5]):/)
})

it('AVX-18, AVX-19: the example of the guide: 6.5.750 with gateways on 6.5.250 is levelled first, then goes to 6.6', async () => {
  const network = await startNetwork({
    installed: '6.5.750',
    previous: '6.5.250',
    gatewaysOn: 'previous',
    release: '6.6.123',
  })
  // The newest build of the running minor is not what the controller runs: 6.5.3006 is not taken on the way.
  const { code, io } = await network.run(name, '--set', 'release=6.6', '--set', 'first_regions=[]')
  expect(code, io.out() + io.err()).toBe(0)
  expect(versionsNow(network)).toEqual(['6.6.123', '6.6.123'])
  const order = versions(network)
  const controller = order.indexOf('6.6.123')
  expect(order.slice(0, controller).every((each) => each.endsWith(' 6.5.750'))).toBe(true)
  expect(order.slice(0, controller)).toHaveLength(6)
  expect(order.slice(controller + 1).every((each) => each.endsWith(' 6.6.123'))).toBe(true)
})

it('AVX-42, AVX-44: an error of the dry run stops before the controller is touched', async () => {
  const network = await startNetwork({ faults: ['dry-run-error'] })
  const { code, io } = await network.run(name, '--set', 'release=6.7', '--set', 'first_regions=[]')
  expect(code).toBe(1)
  expect(io.out()).toContain('the package server cannot be reached')
  expect(versions(network)).toEqual([])
})

it('AVX-54, AVX-57, AVX-58: a gateway that went back keeps the controller where it is, and the plan says why', async () => {
  const network = await startNetwork()
  expect((await network.run(name, '--set', 'release=6.7', '--set', 'first_regions=[]')).code).toBe(0)
  const back = {
    rollbook: 'runbook/v1',
    name: 'back',
    title: 'One gateway back',
    version: '1.0.0',
    roles: { operator: { title: 'Operator' } },
    phases: [
      {
        id: 'back',
        kind: 'upgrade',
        title: 'Back',
        steps: [
          {
            id: 'refused',
            title: 'Elsewhere',
            action: 'aviatrix.gateway_rollback',
            on: ['vpn-use1-1'],
            with: { to: '6.5.3006' },
            deadline: '1h',
            on_failure: 'continue',
            back_out: [{ id: 'none', title: 'Nothing', manual: 'Nothing was done.' }],
          },
          {
            id: 'back',
            title: 'Back',
            action: 'aviatrix.gateway_rollback',
            on: ['vpn-use1-1'],
            with: { to: '6.6.123' },
            deadline: '1h',
            back_out: [
              {
                id: 'forward',
                title: 'Forward',
                action: 'aviatrix.gateway_upgrade',
                on: ['vpn-use1-1'],
                deadline: '1h',
              },
            ],
          },
          {
            id: 'platform',
            title: 'On',
            action: 'aviatrix.platform_upgrade',
            on: ['controller'],
            with: { to: '6.8' },
            deadline: '1h',
            on_failure: 'continue',
            back_out: [{ id: 'never', title: 'Never', manual: 'There is no way back.' }],
          },
        ],
      },
    ],
  }
  writeFileSync(join(network.cwd, 'back.yaml'), JSON.stringify(back))
  const ran = await network.command('run', 'back.yaml', '-i', 'network/inventory.yaml', '--unattended', '--id', 'back')
  const said = ran.io.out().replaceAll(/\s+/g, ' ')
  expect(said).toContain('the gateway would go to 6.6.123, and 6.5.3006 is expected')
  expect(said).toContain('6.7.1376 → 6.6.123')
  expect(said).toContain(
    'the controller runs 6.7.1376, and vpn-use1-1 another release (1 of them on its previous release)',
  )
  expect(versionsNow(network)).toEqual(['6.7.1376', '6.7.1376', '6.6.123'])

  const path = join(network.cwd, 'network/inventory.yaml')
  const now = readFileSync(path, 'utf8').replaceAll('version: 6.6.123', 'version: 6.7.1376')
  writeFileSync(path, now.replace(/(vpn-use1-1:[\s\S]*?version: )6\.7\.1376/, '$16.6.123'))
  const plan = ['-i', path, '--set', 'release=6.8', '--set', 'primary_account=aws-main', '--only-phase', 'upgrade']
  const refused = await network.command('plan', runbookWithout(name, 'stragglers'), ...plan)
  expect(refused.code).toBe(1)
  const why = refused.io.err().replaceAll(/\s+/g, ' ')
  expect(why).toContain('"level"')
  expect(why).toContain('Bring these gateways to 6.7.1376 first: ["vpn-use1-1"]')
  expect(why).toContain("stop, and open a case with the vendor's support")
  // As it ships, the runbook brings that gateway forward again before anything else moves.
  const cured = await network.command('plan', `${name}.yaml`, ...plan)
  expect(cured.code, cured.io.err()).toBe(0)
  expect(cured.io.out()).toMatch(/upgrade\/stragglers All targets\s+(?:waves: )?all 1 /)
})

it('AVX-58, AVX-60: a gateway in trouble is held and people are asked; nothing goes back by itself', async () => {
  const network = await startNetwork({ faults: ['gateway-down-after:spoke-use1-1-hagw:1'] })
  const { code, io } = await network.run(name, '--set', 'release=6.7', '--set', 'first_regions=[]')
  expect(code).toBe(1)
  expect(io.out()).toContain('spoke-use1-1-hagw: held: unhealthy')
  expect(versions(network)).toEqual(['6.7.1376', 'spoke-use1-1-hagw 6.7.1376'])
})
