/** What an executor may reach of the outside world. Each member is real under `node/` and virtual in simulation and tests. */
import type { Clock } from './clock.ts'
import type { Files } from './files.ts'
import type { Http } from './http.ts'
import type { Mail } from './mail.ts'
import type { Net } from './net.ts'
import type { Processes } from './processes.ts'
import type { Ssh } from './ssh.ts'

export interface Ports {
  readonly clock: Clock
  readonly files: Files
  readonly http: Http
  readonly mail: Mail
  readonly net: Net
  readonly processes: Processes
  readonly ssh: Ssh
}
