/** How an action tells trouble: by a class of failure that leads the engine and people the right way. */
import { ActionFailure } from '../../ports/executor.ts'
import type { Trouble } from '../description.ts'
import type { CheckId } from '../report.ts'
import { type Ended, newEffect, shownFailure } from '../rig.ts'
import { meets, trouble } from '../trouble.ts'
import { type Harm, loseAnswerAt } from '../watched-ports.ts'
import { checkClaim } from './abort-checks.ts'
import { type CaseUnderTest, pointsOf } from './case.ts'

/** `silent` is the business of the deadline. */
const told: Readonly<
  Record<Exclude<Trouble, 'silent'>, { readonly check: CheckId; readonly ends: readonly string[] }>
> = {
  refused: { check: 'refused_told', ends: ['unreachable'] },
  denied: { check: 'denied_told', ends: ['refused'] },
  dropped: { check: 'dropped_told', ends: ['unreachable'] },
  malformed: { check: 'malformed_told', ends: ['process'] },
}

/** Long enough for what an undisturbed call did meanwhile, also on a machine that is busy with other things. */
const deadlineMsOf = ({ rig, tookMs }: CaseUnderTest): number =>
  rig.test.deadlineMs ?? Math.ceil(Math.max(2000, 5 * tookMs))

export async function checkTroubles(test: CaseUnderTest): Promise<void> {
  for (const kind of ['refused', 'denied', 'malformed'] as const) {
    if (!test.calls.some((call) => meets(kind, call))) {
      test.judge.notApplicable(told[kind].check, 'it makes no call that could meet this')
      continue
    }
    await meet(test, kind, trouble(kind, test.broken, test.rig.ports))
    conclude(test, kind)
  }
  await checkDropped(test)
}

async function checkDropped(test: CaseUnderTest): Promise<void> {
  const points = test.calls.flatMap((call, index) => (meets('dropped', call) ? [index + 1] : []))
  if (points.length === 0) {
    test.judge.notApplicable('dropped_told', 'it makes no call that could meet this')
    return
  }
  for (const index of pointsOf(points.length, test.options.pointsMax)) {
    await meet(test, 'dropped', loseAnswerAt(points[index - 1] ?? 1))
    if (test.judge.has('dropped_told')) return
  }
  conclude(test, 'dropped')
}

async function meet(test: CaseUnderTest, kind: Exclude<Trouble, 'silent'>, harm: Harm): Promise<void> {
  const { rig, judge, title, after } = test
  const { check, ends } = told[kind]
  const deadlineMs = deadlineMsOf(test)
  const isReading = rig.capabilities.effect === 'none'
  const maybe = isReading || kind === 'refused' || kind === 'denied' ? [] : ['unknown']
  const allowed: readonly string[] = rig.test.declares?.[kind]?.ends ?? [...ends, ...maybe]
  const attempt = async (patienceMs: number): Promise<Ended<unknown>> => {
    await rig.prepare()
    return await rig.perform({ effect: newEffect(rig.action.name), harm, deadlineMs: patienceMs })
  }
  let ended = await attempt(deadlineMs)
  // A machine that has become busy meanwhile is no fault of the action's.
  if (isOutOfTime(ended) && !allowed.includes('timeout')) ended = await attempt(10 * deadlineMs)
  const looked = await rig.settled()
  // An action that tries again and comes to its end has not been troubled.
  const isDone = kind === 'dropped' && ended.kind === 'value' && looked === after
  if (!isDone) judgeEnd(test, check, kind, ended, allowed)
  await checkClaim(test, ended)
  const mayEnd = allowed.includes('success')
  if (ended.kind === 'value' && !isReading && !mayEnd && looked !== after && !judge.has(check))
    judge.failed(check, `${words[kind]}, it says that it has succeeded, and the effect is not there`, title)
}

function isOutOfTime(ended: Ended<unknown>): boolean {
  return ended.kind === 'failure' && ended.failure instanceof ActionFailure && ended.failure.class === 'timeout'
}

const words: Readonly<Record<Exclude<Trouble, 'silent'>, string>> = {
  refused: 'where no connection comes about',
  denied: 'where the far side says that we may not',
  dropped: 'where the answer is lost',
  malformed: 'where the answer cannot be read',
}

function judgeEnd(
  { judge, title }: CaseUnderTest,
  check: CheckId,
  kind: Exclude<Trouble, 'silent'>,
  ended: Ended<unknown>,
  allowed: readonly string[],
): void {
  const expected = `expected: ${allowed.join(' or ')}`
  if (ended.kind === 'hung' || ended.kind === 'stopped') judge.failed(check, `${words[kind]}, it does not end`, title)
  else if (ended.kind === 'value' && !allowed.includes('success'))
    judge.failed(check, `${words[kind]}, it says that it has succeeded; ${expected}`, title)
  else if (ended.kind === 'failure') {
    const { failure } = ended
    if (failure instanceof ActionFailure && allowed.includes(failure.class)) return
    judge.failed(check, `${words[kind]}, it ends with ${shownFailure(failure)}; ${expected}`, title)
  }
}

function conclude({ rig, judge }: CaseUnderTest, kind: Exclude<Trouble, 'silent'>): void {
  const { check } = told[kind]
  const declared = rig.test.declares?.[kind]
  if (judge.has(check)) return
  if (declared) judge.declared(check, declared.because)
  else judge.passed(check)
}
