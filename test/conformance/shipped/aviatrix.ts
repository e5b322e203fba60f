/** How the Aviatrix executor is exercised: on an emulated controller, on a clock that jumps from wait to wait. */
import { readdirSync } from 'node:fs'
import type { JsonObject } from '../../../src/base/json.ts'
import {
  type ConformanceCase,
  type ConformanceDescription,
  defineConformance,
  type TestWorld,
} from '../../../src/conformance/index.ts'
import type { Ports } from '../../../src/ports/ports.ts'
import { type AviatrixLab, startLab } from '../../executors/aviatrix/aviatrix-lab.ts'

/** The controller is started anew for each preparation, so what belongs to it changes. */
interface Network extends TestWorld {
  lab: AviatrixLab
}
type Renewed = { -readonly [key in keyof Network]: Network[key] }

const spoke = 'spoke-use1-1'

async function startNetwork(): Promise<Network> {
  const network = { close: async () => undefined } as unknown as Renewed
  await renew(network)
  // The world is taken as it is when it starts; its ports lead to whichever controller is there.
  const ports = (): Ports => network.lab.context(undefined).ports
  network.ports = {
    clock: { now: () => ports().clock.now(), sleep: (ms, signal) => ports().clock.sleep(ms, signal) },
    http: { request: (request) => ports().http.request(request) },
    processes: { run: (spec) => ports().processes.run(spec) },
  }
  return network
}

/** Ends with the test. The newest generation, because the older ones tell nothing of an upgrade without its id. */
async function renew(network: Renewed, more: Parameters<typeof startLab>[0] = {}): Promise<void> {
  const lab = await startLab({ installed: '7.1.4191', release: '7.2.4820', rotates: false, ...more })
  network.lab = lab
  network.target = lab.target(spoke)
  network.systems = [lab.system]
  network.secrets = { password: lab.emulator.password }
}

const prepare: ConformanceCase<Network>['prepare'] = async (network) => await renew(network)

/** Nothing changes a controller that is only read. */
const asItIs: ConformanceCase<Network>['prepare'] = () => undefined

/** The controller is one hop ahead of its gateways, or they are level with it, on the images of the release before. */
const hopped = { installed: '7.2.4820', previous: '7.1.4191' } as const
const prepareHop: ConformanceCase<Network>['prepare'] = (network) =>
  renew(network, { ...hopped, gatewaysOn: 'previous' })
const prepareLevel: ConformanceCase<Network>['prepare'] = (network) => renew(network, hopped)

function look({ lab }: Network): JsonObject {
  const { controller, gateways } = lab.emulator.state()
  return {
    controller: `${controller.version} ${controller.vpc_dns_server}`,
    bucket: readdirSync(lab.emulator.bucketFolder).filter((name) => name.endsWith('.enc')).length,
    ...Object.fromEntries(
      gateways.map(({ name, version, image, vpc_state }) => [name, `${version} ${image} ${vpc_state}`]),
    ),
  }
}

const settle = async ({ lab }: Network): Promise<void> => {
  lab.clock.skip(45 * 60_000)
  lab.emulator.state()
}

function reads(
  action: string,
  args: JsonObject,
  more: Partial<ConformanceCase<Network>> = {},
): ConformanceCase<Network> {
  return { action: `aviatrix.${action}`, with: args, prepare: asItIs, look, ...more }
}

function changes(
  action: string,
  args: JsonObject,
  more: Partial<ConformanceCase<Network>> = {},
): ConformanceCase<Network> {
  return { action: `aviatrix.${action}`, with: args, prepare, look, settle, deadlineMs: 3000, ...more }
}

export const aviatrixConformance: ConformanceDescription = defineConformance<Network>({
  systems: { emulator: startNetwork },
  cases: [
    reads('controller_status', {}),
    reads('gateways', { system: 'controller' }),
    reads('gateway_status', {}),
    reads('compatible_image', {}),
    reads('releases', {}),
    reads('tunnels', {}),
    reads('account_audit', { primary: 'aws-main' }),
    reads('controller_dns', {}),
    reads('connectivity', { ping: ['www.google.com'], ports: ['www.github.com:22'] }),
    reads('controller_ha', {}),
    reads('instance_attributes', {}),
    reads('backup_files', { require: 'nothing' }),
    reads('platform_dry_run', { to: '7.2' }),
    reads('gateway_dry_run', {}),
    changes('vpc_dns_server', { state: 'disabled' }),
    changes('backup', { limit: '2m' }),
    changes('backup_prune', { keep: 2 }),
    changes('platform_upgrade', { to: '7.2', limit: '12m' }),
    changes('gateway_upgrade', { limit: '6m', interval: '1m' }, { prepare: prepareHop }),
    changes('gateway_image_upgrade', { limit: '10m', interval: '1m' }, { prepare: prepareLevel }),
    changes('gateway_rollback', { limit: '10m', interval: '1m' }, { prepare: prepareLevel }),
  ],
})
