import { join } from 'node:path'
import { startStackatoEmulator } from '../../app/stackato-emulator.ts'
import type { Demo } from './demo.ts'

/** The network breaks when this many files of the release have been fetched; the step's own retry policy cures it. */
const fault = 'network-during-download:2'
/** Emulated seconds in one real second. */
const speed = 600

/** Helion Stackato: everything is downloaded first, then one command upgrades the cluster. */
export const helionStackato: Demo = {
  title: 'upgrade an emulated Helion Stackato cluster, from YAML to the report',
  shipped: {
    runbook: 'helion-stackato.yaml',
    values: 'helion-stackato.values.yaml',
    answers: 'helion-stackato.answers.yaml',
  },
  inventory: 'cluster/inventory.yaml',
  plan: ['--only-phase', 'upgrade'],
  done: 'Done: the cluster is upgraded and accepted.',
  seen: { title: 'What the cluster saw', file: 'cluster/effects.jsonl' },
  start: async (folder) => {
    const emulator = await startStackatoEmulator({ directory: join(folder, 'cluster'), speed, faults: [fault] })
    return {
      about: `Six nodes behind real SSH servers on this machine, ${speed} times as fast as life; one network failure is on its way.`,
      close: () => emulator.close(),
    }
  },
}
