/** The engine is killed before and after each call to the world; what is said and done afterwards must fit the world. */
import type { ProbeResult } from '../../ports/executor.ts'
import { newEffect, shownFailure } from '../rig.ts'
import { stopAt } from '../watched-ports.ts'
import { type CaseUnderTest, pointsOf } from './case.ts'

export async function checkCrashes(test: CaseUnderTest): Promise<void> {
  const { rig, judge } = test
  const { effect, probe, idempotent, resumable } = rig.capabilities
  const canProbe = probe && rig.action.probe !== undefined
  const mayRepeat = idempotent || resumable
  if (effect === 'none') {
    judge.notApplicable('probe_tells_truth', 'it changes nothing')
    judge.notApplicable('repeat_reaches_the_end', 'it changes nothing')
    return
  }
  if (!canProbe) judge.notApplicable('probe_tells_truth', 'it has no probe')
  if (!canProbe && !mayRepeat) return judge.notApplicable('repeat_reaches_the_end', 'a person decides after a crash')
  for (const point of pointsOf(test.calls.length, test.options.pointsMax)) {
    for (const when of ['before', 'after'] as const) {
      await crash(test, point, when, canProbe, mayRepeat)
      if (judge.has('probe_tells_truth') || judge.has('repeat_reaches_the_end')) return
    }
  }
  if (canProbe) await checkEnds(test)
  if (canProbe && !judge.has('probe_tells_truth')) judge.passed('probe_tells_truth')
  judge.passed('repeat_reaches_the_end')
}

async function crash(
  test: CaseUnderTest,
  point: number,
  when: 'before' | 'after',
  canProbe: boolean,
  mayRepeat: boolean,
): Promise<void> {
  const { rig, judge, title, after } = test
  const where = `after a crash ${when} call ${point} to the world`
  await rig.prepare()
  const effect = newEffect(rig.action.name)
  let onStopped = (): void => undefined
  const stopped = new Promise<void>((resolve) => (onStopped = resolve))
  await rig.perform({ effect, harm: stopAt(point, when, onStopped), stopped })
  let claim = canProbe ? await probeOf(test, effect, where) : undefined
  if (canProbe && claim === undefined) return
  const truth = await rig.settled()
  if (claim?.state === 'running') {
    claim = await probeOf(test, effect, where)
    if (claim === undefined) return
    if (claim.state === 'running')
      return judge.failed('probe_tells_truth', `${where} the probe says running, and nothing is`, title)
  }
  if (claim?.state === 'applied') {
    if (truth !== after)
      judge.failed('probe_tells_truth', `${where} the probe says applied, and the effect is not there`, title)
    return
  }
  if (claim?.state === 'not_applied' && truth === after)
    return judge.failed('probe_tells_truth', `${where} the probe says not applied, and the effect is there`, title)
  if (claim?.state === 'not_applied' || mayRepeat) await repeat(test, effect, where)
}

/** As the engine does: the same effect once more. */
async function repeat({ rig, judge, title, after }: CaseUnderTest, effect: string, where: string): Promise<void> {
  const check = 'repeat_reaches_the_end'
  const ended = await rig.perform({ effect })
  if (ended.kind === 'failure')
    return judge.failed(check, `${where} repeating it fails: ${shownFailure(ended.failure)}`, title)
  if (ended.kind !== 'value') return judge.failed(check, `${where} repeating it does not end`, title)
  if ((await rig.settled()) !== after)
    judge.failed(check, `${where} repeating it leaves something else than one call does`, title)
}

/** At both ends, where nothing was begun and where everything is done, a probe must know. */
async function checkEnds(test: CaseUnderTest): Promise<void> {
  const { rig, judge, title } = test
  await rig.prepare()
  const effect = newEffect(rig.action.name)
  const nothing = await probeOf(test, effect, 'before anything was begun')
  if (nothing !== undefined && nothing.state !== 'not_applied')
    judge.failed('probe_tells_truth', `the probe says ${nothing.state} where nothing was begun`, title)
  await rig.perform({ effect })
  await rig.settled()
  const all = await probeOf(test, effect, 'after everything was done')
  if (all !== undefined && all.state !== 'applied')
    judge.failed('probe_tells_truth', `the probe says ${all.state} where everything is done`, title)
}

async function probeOf(
  { rig, judge, title }: CaseUnderTest,
  effect: string,
  where: string,
): Promise<ProbeResult | undefined> {
  const before = await rig.look()
  const ended = await rig.call({ effect }, async (action, context, args) => {
    if (!action.probe) throw new Error('the probe is gone')
    return await action.probe(context, args)
  })
  if (ended.kind === 'value') {
    if (ended.value.state === 'not_applied' && (await rig.look()) !== before && (await rig.settled()) !== before)
      judge.failed('probe_tells_truth', `${where} the probe changes something, or denies what is under way`, title)
    return ended.value
  }
  const how = ended.kind === 'failure' ? `fails: ${shownFailure(ended.failure)}` : 'does not end'
  judge.failed('probe_tells_truth', `${where} the probe ${how}`, title)
  return undefined
}
