/** The clock of a run: the machine's, or for a rehearsal one that an emulator turns. It stays with the run. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../base/error.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { makeClock, type Turning } from '../node/clock.ts'
import type { RunDirectory } from '../node/run-store.ts'
import type { Clock } from '../ports/clock.ts'

export type { Turning } from '../node/clock.ts'
export { JumpingClock } from '../node/jumping-clock.ts'

/**
 * Reads how an emulator turns its clock: `clock` in its `state.json`, with `speed`, `started_at` and `real_started_at`.
 *
 * @throws UsageError `CLOCK_UNREADABLE`
 */
export function readTurning(file: string, cwd: string): Turning {
  const refuse = (problem: string, cause?: unknown): UsageError =>
    new UsageError('CLOCK_UNREADABLE', `"${file}" ${problem}`, {
      hint: 'Give the state.json of a running emulator that has a speed.',
      cause,
    })
  let content: Json
  try {
    content = JSON.parse(readFileSync(resolve(cwd, file), 'utf8')) as Json
  } catch (error) {
    throw refuse('cannot be read as JSON', error)
  }
  const turning = isJsonObject(content) ? turningOf(content['clock']) : undefined
  if (!turning) throw refuse('does not say how a clock turns')
  return turning
}

function turningOf(value: Json | undefined): Turning | undefined {
  if (value === undefined || !isJsonObject(value)) return undefined
  const { speed, started_at: startAt, real_started_at: realStartAt } = value
  const all = [speed, startAt, realStartAt]
  if (!all.every((each) => typeof each === 'number' && Number.isFinite(each)) || Number(speed) <= 0) return undefined
  return { speed: Number(speed), startAt: Number(startAt), realStartAt: Number(realStartAt) }
}

/** What a run directory keeps of it. */
export function turningJson({ speed, startAt, realStartAt }: Turning): JsonObject {
  return { speed, started_at: startAt, real_started_at: realStartAt }
}

/** What a clock shows that turns so, in milliseconds since the epoch. */
export function nowOf(turning: Turning): number {
  return makeClock(turning).now()
}

/** The clock that a run goes by. */
export function clockOf(run: Pick<RunDirectory, 'meta'>): Clock {
  return makeClock(turningOf(run.meta['clock']))
}
