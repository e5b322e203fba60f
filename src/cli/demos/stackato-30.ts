import { join } from 'node:path'
import { startStackatoEmulator } from '../../app/stackato-emulator.ts'
import type { Demo } from './demo.ts'

/**
 * A module fails on the first DEA: the step tries again and goes on there. Then `kato` goes missing on the second
 * router: no further attempt helps, so the runbook brings it back with the vendor's script and finishes the upgrade.
 */
const faults = ['module-fails:stackato-dea:dea-1', 'kato-missing:router-1']
/** Emulated seconds in one real second. */
const speed = 400
const apiToken = 'stackato-api-token'

/** Stackato 3.0: one node after another in role order, module by module. */
export const stackato30: Demo = {
  title: 'upgrade an emulated Stackato 3.0 cluster, from YAML to the report',
  shipped: {
    runbook: 'stackato-3.0.yaml',
    values: 'stackato-3.0.values.yaml',
    answers: 'stackato-3.0.answers.yaml',
  },
  inventory: 'cluster/inventory.yaml',
  plan: ['--only-phase', 'upgrade'],
  done: 'Done: the cluster is upgraded and accepted.',
  seen: { title: 'What the cluster saw', file: 'cluster/effects.jsonl' },
  start: async (folder) => {
    const emulator = await startStackatoEmulator({
      directory: join(folder, 'cluster'),
      edition: '3.0',
      speed,
      faults,
      apiToken,
    })
    return {
      about: `Six nodes behind real SSH servers on this machine, ${speed} times as fast as life; a module will fail, and kato will go missing on a node.`,
      env: { STACKATO_API_TOKEN: apiToken },
      close: () => emulator.close(),
    }
  },
}
