/** What an action does when nothing disturbs it: dry run, twice, undo. */
import type { JsonObject } from '../../base/json.ts'
import type { Action } from '../../ports/executor.ts'
import { newEffect, shownFailure } from '../rig.ts'
import type { CaseUnderTest } from './case.ts'

export async function checkDryRun({ rig, judge, title }: CaseUnderTest): Promise<void> {
  const check = 'dry_run_changes_nothing'
  if (!rig.capabilities.dry_run || rig.action.dryRun === undefined)
    return judge.notApplicable(check, 'it has no dry run')
  const before = await rig.prepare()
  const ended = await rig.call({ effect: newEffect(rig.action.name) }, async (action, context, args) => {
    if (!action.dryRun) throw new Error('the dry run is gone')
    return await action.dryRun(context, args)
  })
  if (ended.kind === 'failure') return judge.failed(check, `the dry run fails: ${shownFailure(ended.failure)}`, title)
  if (ended.kind !== 'value') return judge.failed(check, 'the dry run does not end', title)
  if ((await rig.settled()) !== before) return judge.failed(check, 'the dry run has changed something', title)
  if (ended.value.coverage === 'checked' && ended.calls.length === 0)
    return judge.failed(check, 'the dry run says `checked`, and nobody was asked', title)
  judge.passed(check)
}

export async function checkTwice({ rig, judge, title, after }: CaseUnderTest): Promise<void> {
  const check = 'twice_is_once'
  const { effect, idempotent } = rig.capabilities
  if (effect === 'none' || !idempotent) return judge.notApplicable(check, 'it does not declare to be idempotent')
  for (const how of ['once more by the same step', 'once more by another step']) {
    await rig.prepare()
    const first = newEffect(rig.action.name)
    await rig.perform({ effect: first })
    await rig.settled()
    const ended = await rig.perform({ effect: how.includes('same') ? first : newEffect(rig.action.name) })
    if (ended.kind === 'failure')
      return judge.failed(check, `called ${how}, it fails: ${shownFailure(ended.failure)}`, title)
    if (ended.kind !== 'value') return judge.failed(check, `called ${how}, it does not end`, title)
    if ((await rig.settled()) !== after)
      return judge.failed(check, `called ${how}, it leaves something else than the first time`, title)
  }
  judge.passed(check)
}

export async function checkUndo({ rig, judge, title }: CaseUnderTest): Promise<void> {
  const check = 'undo_undoes'
  if (!rig.capabilities.reversible || rig.action.undo === undefined) return judge.notApplicable(check, 'it has no undo')
  const before = await rig.prepare()
  const done = await rig.perform({ effect: newEffect(rig.action.name) })
  await rig.settled()
  if (done.kind !== 'value')
    return judge.failed(check, 'there was nothing to undo: the call did not come to its end', title)
  const ended = await undo(rig, throughJournal(done.value.outputs))
  if (ended.kind === 'failure') return judge.failed(check, `the undo fails: ${shownFailure(ended.failure)}`, title)
  if (ended.kind !== 'value') return judge.failed(check, 'the undo does not end', title)
  if ((await rig.settled()) !== before) return judge.failed(check, 'after the undo it is not as it was before', title)
  judge.passed(check)
}

/** Outputs as they come back from a journal: nothing but JSON survives. */
export function throughJournal(outputs: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(outputs)) as JsonObject
}

export function undo(
  rig: CaseUnderTest['rig'],
  outputs: JsonObject,
  action: Action = rig.action,
): ReturnType<CaseUnderTest['rig']['perform']> {
  return rig.call({ effect: newEffect(`${rig.action.name}/back_out`), action }, async (own, context, args) => {
    if (!own.undo) throw new Error('the undo is gone')
    return await own.undo(context, args, outputs)
  })
}
