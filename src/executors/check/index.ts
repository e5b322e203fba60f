import type { Executor } from '../../ports/executor.ts'
import { command } from './command.ts'
import { disk } from './disk.ts'
import { dns } from './dns.ts'
import { file } from './file.ts'
import { httpCheck } from './http.ts'
import { memory } from './memory.ts'
import { tcp } from './tcp.ts'
import { tls } from './tls.ts'
import { version } from './version.ts'

/** Looks at the world and changes nothing; a condition that does not hold is the failure class `not_ready`. */
export const check: Executor = {
  name: 'check',
  title: 'Checks',
  description:
    'Looks at targets, services and networks without changing them. A dry run performs every check for real. What does not hold fails as `not_ready`, with what was found among the outputs.',
  contract: 1,
  actions: [disk, memory, tcp, dns, httpCheck, tls, command, version, file],
}
