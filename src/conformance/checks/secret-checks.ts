/** Secrets, where they may stand and where they may not. */
import { isJsonObject } from '../../base/json.ts'
import { ActionFailure } from '../../ports/executor.ts'
import { newEffect } from '../rig.ts'
import type { Harm } from '../watched-ports.ts'
import type { CaseUnderTest } from './case.ts'

/** Nothing goes out: only what the action would have sent, and where, is looked at. */
const walled: Harm = async () => {
  throw new ActionFailure('unreachable', 'nothing goes out', { notApplied: true })
}

/** Puts a secret into each argument that is not made for one; whatever the action does, the secret stays unseen. */
export async function checkOpenArguments({ rig }: CaseUnderTest): Promise<void> {
  const properties = isJsonObject(rig.action.with['properties']) ? rig.action.with['properties'] : {}
  for (const [name, property] of Object.entries(properties)) {
    if (!isJsonObject(property) || property['type'] !== 'string' || property['x-secret'] === true) continue
    const args = { ...rig.args(), [name]: { $secret: 'canary' } }
    rig.show('the words for a call', rig.action.describe(args, rig.target))
    await rig.perform({ effect: newEffect(rig.action.name), harm: walled, with: args, deadlineMs: 1000 })
  }
}
