/** How the Cato executor is exercised: on its emulated account, on a clock that jumps from wait to wait. */
import type { JsonObject } from '../../../src/base/json.ts'
import {
  type ConformanceCase,
  type ConformanceDescription,
  defineConformance,
  type TestWorld,
} from '../../../src/conformance/index.ts'
import type { Ports } from '../../../src/ports/ports.ts'
import { type CatoLab, startLab } from '../../executors/cato/cato-lab.ts'

/** The account is started anew for each preparation, so what belongs to it changes. */
interface Account extends TestWorld {
  lab: CatoLab
}

const to = '18.4.1'

async function startAccount(): Promise<Account> {
  const account = { close: async () => undefined } as unknown as { -readonly [key in keyof Account]: Account[key] }
  await renew(account)
  // The world is taken as it is when it starts; its ports lead to whichever account is there.
  const ports = (): Ports => account.lab.context(undefined).ports
  account.ports = {
    clock: { now: () => ports().clock.now(), sleep: (ms, signal) => ports().clock.sleep(ms, signal) },
    http: { request: (request) => ports().http.request(request) },
  }
  return account
}

/** Ends with the test. */
async function renew(account: { -readonly [key in keyof Account]: Account[key] }): Promise<void> {
  const lab = await startLab({ sites: 4 })
  account.lab = lab
  account.target = lab.target('site-001')
  account.systems = [lab.system]
  account.secrets = { api_key: lab.emulator.token }
}

const prepare: ConformanceCase<Account>['prepare'] = async (account) => await renew(account)

/** Nothing changes an account that is only read. */
const asItIs: ConformanceCase<Account>['prepare'] = () => undefined

/** `site-001` runs the new version. */
const prepareUpgraded: ConformanceCase<Account>['prepare'] = async (account) => {
  if (account.lab.socket('site-001').version === to) return
  await account.lab.run('upgrade', 'site-001', { to, interval: '1m' })
}

function look({ lab }: Account): JsonObject {
  const sockets = lab.emulator.state().sites.flatMap((site) => site.sockets)
  return Object.fromEntries(
    sockets.map(({ name, version, upgrade_status: status }) => [name, `${version} ${status ?? ''}`]),
  )
}

/** Reads wait out what passes, so that only the deadline ends their patience. */
const patient = {
  refused: { ends: ['unreachable', 'timeout'], because: 'it tries again for as long as somebody waits' },
} as const satisfies ConformanceCase['declares']

function reads(
  action: string,
  args: JsonObject,
  more: Partial<ConformanceCase<Account>> = {},
): ConformanceCase<Account> {
  return { action: `cato.${action}`, with: args, prepare: asItIs, look, declares: patient, ...more }
}

export const catoConformance: ConformanceDescription = defineConformance<Account>({
  systems: { emulator: startAccount },
  cases: [
    reads('inventory', { system: 'cato' }),
    reads('snapshot', {}),
    reads('site_connected', {}),
    reads('socket_connected', {}),
    reads('time_zone', {}),
    reads('available_versions', { require: to }),
    reads('ha_ready', {}, { title: 'site-001' }),
    reads('download_state', { version: to }, { prepare: prepareUpgraded }),
    reads('kpi', { version: to }, { prepare: prepareUpgraded }),
    reads('rollback_state', { version: '18.3.3' }),
    reads('upgrade_event', { version: to, expect: ['Succeeded'] }, { prepare: prepareUpgraded }),
    reads('events', { actions: ['Succeeded'] }, { prepare: prepareUpgraded }),
    {
      action: 'cato.upgrade',
      with: { to, interval: '15s' },
      prepare,
      look,
      settle: async ({ lab }) => {
        lab.clock.skip(25 * 60_000)
        lab.emulator.state()
      },
      deadlineMs: 3000,
    },
  ],
})
