import type { Executor } from '../../ports/executor.ts'
import { waitFor } from './for.ts'
import { waitUntil } from './until.ts'

/** Lets time pass. */
export const wait: Executor = {
  name: 'wait',
  title: 'Waiting',
  description: 'Waits for a fixed time, or until a check holds.',
  contract: 1,
  actions: [waitFor, waitUntil],
}
