import type { Executor } from '../../ports/executor.ts'
import { email } from './email.ts'
import { webhook } from './webhook.ts'

/** Tells people and other systems. */
export const notify: Executor = {
  name: 'notify',
  title: 'Notifications',
  description: 'Tells people and other systems, from control.',
  contract: 1,
  actions: [email, webhook],
}
