import { RollbookError } from '../../base/error.ts'
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts'
import type { Action } from '../../ports/executor.ts'
import { actionsFor, executorsOf } from './actions-in-use.ts'
import { actionsNamedIn } from './manifest.ts'

/**
 * The actions with which a run goes on, on this machine and in this folder.
 *
 * @param plan - as it was pinned
 * @param meta - of the run; it names the executors from elsewhere that it began with
 * @returns `changes`: a sentence for each executor that is another one than at the start of the run
 * @throws RollbookError `EXECUTOR_GONE` when an action of the plan is not to be had here
 */
export async function actionsOfRun(
  plan: unknown,
  meta: JsonObject,
  folder: string,
): Promise<{ readonly actions: readonly Action[]; readonly changes: readonly string[] }> {
  const known = executorsOf(folder)
  const { actions, loaded, diagnostics } = await actionsFor(known, plan)
  const names = new Set(actions.map(({ name }) => name))
  const gone = [...actionsNamedIn(plan)].find((name) => !names.has(name))
  if (gone !== undefined) {
    const [first] = [...known.diagnostics, ...diagnostics]
    const hint = first
      ? `${first.file}:${first.range.start.line}: ${first.message}.`
      : 'Go on in the folder in which it began, or write a rollbook.config.yaml that names the executor.'
    throw new RollbookError('EXECUTOR_GONE', `the run calls for "${gone}", and no executor here has it`, { hint })
  }
  const before = listOf(meta['executors'])
  const changes = loaded.flatMap(({ name, version, sha256 }) => {
    const then = before.find((each) => each['name'] === name)
    if (then === undefined || then['sha256'] === sha256) return []
    return [
      `the executor "${name}" is another one than at the start of the run: ${String(then['version'])} then, ${version} now`,
    ]
  })
  return { actions, changes }
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}
