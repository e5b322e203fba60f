import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { World } from './world.ts'

/** Twenty letters and digits, as the samples have; the form is not documented. */
export function beginSession(world: World): string {
  const cid = randomBytes(20).toString('base64url').replace(/[-_]/g, 'x').slice(0, 20)
  world.sessions.set(cid, world.timeline.now + world.sessionMs)
  return cid
}

export function isAlive(world: World, cid: string | undefined): boolean {
  const until = cid === undefined ? undefined : world.sessions.get(cid)
  return until !== undefined && world.timeline.now < until
}

/** Compares without telling by its time how much is right. */
export function isSame(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}
