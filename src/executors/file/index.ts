import type { Executor } from '../../ports/executor.ts'
import { copy } from './copy.ts'
import { fetch } from './fetch.ts'

/** Files between control and targets, over SSH. */
export const file: Executor = {
  name: 'file',
  title: 'Files',
  description: 'Copies files to targets and fetches them, compared by SHA-256 on both sides.',
  contract: 1,
  actions: [copy, fetch],
}
