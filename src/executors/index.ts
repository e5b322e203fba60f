import type { Action, Executor } from '../ports/executor.ts'
import { aviatrix } from './aviatrix/index.ts'
import { cato } from './cato/index.ts'
import { check } from './check/index.ts'
import { debian } from './debian/index.ts'
import { file } from './file/index.ts'
import { http } from './http/index.ts'
import { local } from './local/index.ts'
import { notify } from './notify/index.ts'
import { ssh } from './ssh/index.ts'
import { stackato } from './stackato/index.ts'
import { wait } from './wait/index.ts'

/** All executors, in the order of the reference. A new one is one line here. */
export const executors: readonly Executor[] = [
  check,
  ssh,
  local,
  http,
  file,
  wait,
  notify,
  stackato,
  aviatrix,
  cato,
  debian,
]

/** Every action of every executor. */
export const allActions: readonly Action[] = executors.flatMap((executor) => executor.actions)

const byName: ReadonlyMap<string, Action> = new Map(allActions.map((action) => [action.name, action]))

/** @param name - such as `check.disk` */
export function findAction(name: string): Action | undefined {
  return byName.get(name)
}
