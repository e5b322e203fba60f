/** Nothing is kept between two calls but what lies at the far side: no global state, no memory. */
import { newEffect, shownFailure } from '../rig.ts'
import type { CaseUnderTest } from './case.ts'
import { throughJournal, undo } from './effect-checks.ts'

export async function checkStandsAlone(test: CaseUnderTest): Promise<void> {
  const check = 'stands_alone'
  const { rig, beside, judge, title, after } = test
  await rig.prepare()
  const besideBefore = await beside.prepare()
  const effect = newEffect(rig.action.name)
  await rig.perform({ effect })
  await rig.settled()
  if ((await beside.settled()) !== besideBefore)
    return judge.failed(check, 'a call in one world has changed the other', title)
  if (rig.capabilities.probe && rig.capabilities.effect !== 'none' && !judge.has('probe_tells_truth')) {
    const probed = await beside.call({ effect }, async (action, context, args) => await action.probe?.(context, args))
    if (probed.kind === 'value' && probed.value?.state === 'applied')
      return judge.failed(check, 'asked in a second world, the probe tells of the first', title)
  }
  const own = await beside.perform({ effect: newEffect(rig.action.name) })
  const besideAfter = await beside.settled()
  if (own.kind !== 'value' || (rig.capabilities.effect !== 'none' && besideAfter === besideBefore))
    return judge.failed(check, 'after a call in one world, the same call does nothing in the other', title)
  await Promise.all([rig.prepare(), beside.prepare()])
  await Promise.all([rig, beside].map((each) => each.perform({ effect: newEffect(rig.action.name) })))
  if ((await rig.settled()) !== after || (await beside.settled()) !== besideAfter)
    return judge.failed(check, 'two calls at once, one in each world, end otherwise than alone', title)
  judge.passed(check)
}

export async function checkRemembersNothing(test: CaseUnderTest): Promise<void> {
  const check = 'remembers_nothing'
  const { rig, judge, title, after, again } = test
  const { effect: kind, probe, reversible, idempotent } = rig.capabilities
  if (kind === 'none') return judge.notApplicable(check, 'it changes nothing')
  if (again === undefined) return judge.notApplicable(check, 'there is no second copy of its code')
  const before = await rig.prepare()
  const effect = newEffect(rig.action.name)
  const done = await rig.perform({ effect })
  await rig.settled()
  if (done.kind !== 'value') return
  // What is broken already would break here too, and is told where it belongs.
  if (probe && again.probe && !judge.has('probe_tells_truth')) {
    const probed = await rig.call(
      { effect, action: again },
      async (own, context, args) => await own.probe?.(context, args),
    )
    const state = probed.kind === 'value' ? probed.value?.state : 'nothing'
    if (state !== 'applied')
      return judge.failed(check, `asked in another process, the probe says ${state} of what is done`, title)
  }
  if (idempotent && !judge.has('twice_is_once')) {
    const repeated = await rig.perform({ effect, action: again })
    if (repeated.kind === 'failure')
      return judge.failed(check, `repeated by another process, it fails: ${shownFailure(repeated.failure)}`, title)
    if ((await rig.settled()) !== after)
      return judge.failed(check, 'repeated by another process, it leaves something else', title)
  }
  if (reversible && again.undo && !judge.has('undo_undoes')) {
    const undone = await undo(rig, throughJournal(done.value.outputs), again)
    if (undone.kind === 'failure')
      return judge.failed(check, `undone by another process, it fails: ${shownFailure(undone.failure)}`, title)
    if ((await rig.settled()) !== before)
      return judge.failed(check, 'undone by another process, it is not as it was before', title)
  }
  judge.passed(check)
}
