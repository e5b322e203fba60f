import type { Executor } from '../../ports/executor.ts'
import { run } from './run.ts'

/** Work on control, the machine of the engine. */
export const local: Executor = {
  name: 'local',
  title: 'Local',
  description: 'Runs programs on control, the machine where the engine runs.',
  contract: 1,
  actions: [run],
}
