import { coreOf } from '../cluster.ts'
import { logged } from '../kato.ts'
import type { Edition, KatoCall } from '../world.ts'
import { daemonRestarted, missingFiles } from './cache.ts'
import { helionFaults } from './faults.ts'
import { prepareHelionHost } from './host-files.ts'
import { nodeUpgrade } from './node-upgrade.ts'
import { upgradeComponents } from './sentinel.ts'

/** Helion Stackato, 3.4 and later: upgrades by the Sentinel engine. */
export const helion: Edition = {
  name: 'helion',
  title: 'Helion Stackato',
  releases: { installed: '3.4.2', newest: '3.6.0' },
  faults: helionFaults,
  patches: () => [
    {
      id: 1,
      name: 'router-timeouts',
      purpose: 'Longer timeouts for slow apps',
      roles: ['router'],
      needed_to_upgrade: false,
      installed: true,
    },
    {
      id: 2,
      name: 'dea-quota',
      purpose: 'Correct quota of new instances',
      roles: ['dea'],
      needed_to_upgrade: false,
      installed: false,
    },
  ],
  prepare: (world, node) => prepareHelionHost(world.sandbox(node.name), node),
  commands: { 'node upgrade': { effect: true, run: nodeUpgrade } },
  tools: { sentinel },
  serviceRestarted: (world, node, service) => {
    if (service !== 'sentinel-d') return false
    daemonRestarted(world, node)
    return true
  },
}

/** `bin/sentinel upgrade VERSION ADDRESS… --skip-download`: the engine without `kato` in front of it. */
async function sentinel(call: KatoCall, args: readonly string[]): Promise<number> {
  const [verb, version, ...rest] = args
  const core = coreOf(call.world.state)
  if (verb !== 'upgrade' || !version || !rest.includes('--skip-download') || !rest.includes(core.address)) {
    call.err('usage: bin/sentinel upgrade VERSION ADDRESS… --skip-download')
    return 1
  }
  if (call.here !== core) {
    call.err('ERROR: run this on the core node')
    return 1
  }
  return logged(call, `bin/sentinel ${args.join(' ')}`, async () => {
    const { state } = call.world
    if (state.engine['running']) {
      call.err('ERROR: another upgrade is running')
      return 1
    }
    if (version !== state.release || missingFiles(call.world, core, version).length > 0) {
      call.err(`ERROR: the files of ${version} are not in the cache`)
      return 1
    }
    state.engine['running'] = true
    try {
      return await upgradeComponents(call, version, core)
    } finally {
      state.engine['running'] = false
      call.world.save()
    }
  })
}
