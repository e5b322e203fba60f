import { type Masker, makeMasker } from '../base/mask.ts'
import { makeSecrets } from '../node/secrets.ts'
import type { Plan } from '../plan/model.ts'
import { secretsInUse } from '../plan/secrets-in-use.ts'

export interface LoadedSecrets {
  readonly masker: Masker
  /** Names of optional ones that are not there, each with the reason, a half sentence. */
  readonly notGiven: ReadonlyMap<string, string>
  /** @throws ActionFailure `refused` for a name that the plan does not declare */
  reveal(name: string): Promise<string>
}

/**
 * Fetches every secret that the plan refers to, before anything starts: a missing one must not be found out in the
 * middle of the night. An optional one that is not there counts as not given. They stay in memory only.
 *
 * @throws RollbookError with the input's name and what to do
 */
export async function loadSecrets(
  plan: Plan,
  options: { readonly directory: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<LoadedSecrets> {
  const used = secretsInUse(plan)
  const wanted = Object.entries(plan.secrets ?? {}).flatMap(([name, from]) =>
    used.has(name) ? [{ name, from, optional: plan.inputs[name]?.optional === true }] : [],
  )
  const secrets = await makeSecrets(wanted, options)
  const { texts, notGiven } = secrets
  return { masker: makeMasker(texts), notGiven, reveal: async (name) => secrets.reveal(name) }
}
