/** Secrets, where they may stand and where they may not. */
import { isJsonObject, type JsonObject } from '../../base/json.ts'
import { ActionFailure } from '../../ports/executor.ts'
import { newEffect, shownFailure } from '../rig.ts'
import type { Harm } from '../watched-ports.ts'
import type { CaseUnderTest } from './case.ts'

/** Nothing goes out: only what the action would have sent, and where, is looked at. */
const walled: Harm = async () => {
  throw new ActionFailure('unreachable', 'nothing goes out', { notApplied: true })
}

/** To refuse such arguments loudly is as good as to hide what stands there: checks refuse them before. */
function wordsOf({ action, target }: CaseUnderTest['rig'], args: JsonObject): string {
  try {
    return action.describe(args, target)
  } catch (error) {
    return shownFailure(error)
  }
}

/** Puts a secret into each argument that is not made for one; whatever the action does, the secret stays unseen. */
export async function checkOpenArguments({ rig }: CaseUnderTest): Promise<void> {
  const properties = isJsonObject(rig.action.with['properties']) ? rig.action.with['properties'] : {}
  for (const [name, property] of Object.entries(properties)) {
    if (!isJsonObject(property) || property['type'] !== 'string' || property['x-secret'] === true) continue
    const args = { ...rig.args(), [name]: { $secret: 'canary' } }
    rig.show('the words for a call', wordsOf(rig, args))
    await rig.perform({ effect: newEffect(rig.action.name), harm: walled, with: args, deadlineMs: 1000 })
  }
}
