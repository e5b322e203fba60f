import type { KatoCall } from './world.ts'

/** Asks for a confirmation unless told not to; some builds ask all the same (fault `asks-anyway`). */
export async function confirmed(call: KatoCall, question: string, skip: boolean): Promise<boolean> {
  if (skip && call.world.faults.find('asks-anyway') === undefined) return true
  return /^y(es)?$/i.test((await call.ask(`${question} [y/N] `)) ?? '')
}
