import type { Executor } from '../../ports/executor.ts'
import { run } from './run.ts'

/** Work on targets over the system's OpenSSH. */
export const ssh: Executor = {
  name: 'ssh',
  title: 'SSH',
  description:
    'Runs work on targets over the system’s OpenSSH, so that a user’s configuration, agent, certificates, jump hosts and known hosts count. One connection per target is kept for the run.',
  contract: 1,
  actions: [run],
}
