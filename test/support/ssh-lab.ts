import { afterAll, beforeAll } from 'vitest'
import type { JsonObject } from '../../src/base/json.ts'
import { makeSsh } from '../../src/node/ssh/make-ssh.ts'
import type { Action, ActionResult, TargetView } from '../../src/ports/executor.ts'
import type { Ssh } from '../../src/ports/ssh.ts'
import { type ContextOptions, makeContext, type RecordedContext, targetOf } from './action-context.ts'
import { type Sshd, startSshd } from './sshd.ts'

export interface SshLab {
  readonly sshd: Sshd
  readonly ssh: Ssh
  readonly target: TargetView
  context(options?: ContextOptions): RecordedContext
  /** Performs on the target. */
  perform(action: Action, args: JsonObject, options?: ContextOptions): Promise<ActionResult>
}

/** A real SSH server and a real client for the tests of one file. */
export function useSshLab(): SshLab {
  let sshd: Sshd | undefined
  let ssh: Ssh | undefined
  const need = <Value>(value: Value | undefined): Value => {
    if (value === undefined) throw new Error('the SSH server is there only while tests run')
    return value
  }
  beforeAll(async () => {
    sshd = await startSshd()
    ssh = makeSsh({ onInsecure: () => undefined })
  })
  afterAll(async () => {
    await ssh?.close()
    await sshd?.stop()
  })
  const lab: SshLab = {
    get sshd() {
      return need(sshd)
    },
    get ssh() {
      return need(ssh)
    },
    get target() {
      return targetOf(need(sshd))
    },
    context: (options = {}) => makeContext({ target: lab.target, ssh: lab.ssh, ...options }),
    perform: (action, args, options) => action.perform(lab.context(options), args),
  }
  return lab
}
