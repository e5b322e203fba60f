import type { Action } from '../../ports/executor.ts'
import type { Judge } from '../judge.ts'
import type { Rig } from '../rig.ts'
import type { BrokenServer } from '../trouble.ts'
import type { PortCall } from '../watched-ports.ts'

/** What every check of a case gets: the case in its world, and what an undisturbed call of it looked like. */
export interface CaseUnderTest {
  readonly rig: Rig
  /** The same case in a second world that stands beside the first. */
  readonly beside: Rig
  readonly judge: Judge
  /** Title of the case for findings, where an action has several. */
  readonly title: string | undefined
  /** How the world looks before the call, and after it. */
  readonly before: string
  readonly after: string
  /** Calls to the world that an undisturbed call makes. */
  readonly calls: readonly PortCall[]
  /** How long that call took, real milliseconds. */
  readonly tookMs: number
  readonly broken: BrokenServer
  /** The action of a copy of the executor that shares nothing with it; absent when there is none. */
  readonly again: Action | undefined
  readonly options: CaseOptions
}

export interface CaseOptions {
  /** At how many calls to the world it is stopped or disturbed, at most. */
  readonly pointsMax: number
}

/** The calls at which an action is disturbed: all of them, or the first ones and some of the rest with the last. */
export function pointsOf(count: number, most: number): readonly number[] {
  const all = Array.from({ length: count }, (_, index) => index + 1)
  if (count <= most) return all
  const first = all.slice(0, Math.ceil(most / 2))
  const rest = all.slice(first.length)
  const wanted = most - first.length
  const spread = rest.filter((_, index) => (index + 1) % Math.ceil(rest.length / wanted) === 0)
  return [...new Set([...first, ...spread, count])]
}
