/** Calls that are called off, and calls whose time is over. */
import { failureOfAbort } from '../../ports/abort.ts'
import { ActionFailure } from '../../ports/executor.ts'
import type { HttpRequest } from '../../ports/http.ts'
import { type Ended, newEffect, shownFailure } from '../rig.ts'
import { meets, trouble } from '../trouble.ts'
import type { Harm } from '../watched-ports.ts'
import { type CaseUnderTest, pointsOf } from './case.ts'

/** Time in which a call without calls to the world is called off, and a silent one loses patience. */
const soonMs = 40
/** A far side that is silent from the first call on is waited for no longer, whatever time the case asks for. */
const silentMsMax = 1000

export async function checkCancel(test: CaseUnderTest): Promise<void> {
  const check = 'cancel_obeyed'
  const { rig, judge, title } = test
  const before = await rig.prepare()
  const early = await rig.perform({ effect: newEffect(rig.action.name), signal: AbortSignal.abort() })
  if (early.kind === 'value')
    return judge.failed(check, 'called off before it began, it says that it has succeeded', title)
  judgeEnd(test, check, early, ['cancelled'], 'called off before it began, it')
  if ((await rig.settled()) !== before)
    judge.failed(check, 'called off before it began, it took effect all the same', title)
  for (const point of pointsOf(test.calls.length, Math.min(3, test.options.pointsMax))) {
    const off = new AbortController()
    await midway(test, off, (call, at, real) => {
      void call
      if (at === point) off.abort()
      return real()
    })
    if (judge.has(check)) return
  }
  const withdrawn = changingPoint(test)
  if (withdrawn > 0) {
    const off = new AbortController()
    await midway(test, off, async (_call, at, real) => {
      if (at !== withdrawn) return await real()
      await real()
      off.abort()
      throw failureOfAbort(off.signal, 'waiting for the answer')
    })
    if (judge.has(check)) return
  }
  const off = new AbortController()
  const silent = trouble('silent', test.broken, rig.ports)
  const timer = setTimeout(() => off.abort(), soonMs)
  await midway(test, off, silent)
  clearTimeout(timer)
  if (!judge.has(check)) judge.passed(check)
}

/**
 * The first call that asks a web service for a change, else the one in the middle: called off while the far side has it, an
 * action may not say that nothing was done. 0 for actions that only look.
 */
function changingPoint({ rig, calls }: CaseUnderTest): number {
  if (rig.capabilities.effect === 'none') return 0
  const changes = calls.findIndex((call) => call.port === 'http' && !isRead(call.request))
  return changes >= 0 ? changes + 1 : Math.ceil(calls.length / 2)
}

function isRead({ method, idempotent }: HttpRequest): boolean {
  return /^(get|head)$/i.test(method) || (/^post$/i.test(method) && idempotent === true)
}

/** Called off in its midst: it may still come to its end, and nothing may go on that it does not own up to. */
async function midway(test: CaseUnderTest, off: AbortController, harm: Harm): Promise<void> {
  const check = 'cancel_obeyed'
  const { rig, judge, title } = test
  await rig.prepare()
  const ended = await rig.perform({ effect: newEffect(rig.action.name), harm, signal: off.signal })
  const isReading = rig.capabilities.effect === 'none'
  judgeEnd(test, check, ended, isReading ? ['cancelled'] : ['cancelled', 'unknown'], 'called off in its midst, it')
  await checkClaim(test, ended)
  if (rig.capabilities.resumable || ended.kind === 'hung') return
  const then = await rig.look()
  await new Promise((resolve) => setTimeout(resolve, soonMs))
  if ((await rig.look()) !== then) judge.failed(check, 'called off in its midst, it leaves work running', title)
}

export async function checkDeadline(test: CaseUnderTest): Promise<void> {
  const check = 'deadline_obeyed'
  const { rig, judge } = test
  const isSilent = test.calls.some((call) => meets('silent', call))
  const declared = rig.test.declares?.silent
  await rig.prepare()
  const harm = isSilent ? { harm: trouble('silent', test.broken, rig.ports) } : {}
  const deadlineMs = isSilent ? Math.min(rig.test.deadlineMs ?? 5 * soonMs, silentMsMax) : soonMs
  const ended = await rig.perform({ effect: newEffect(rig.action.name), deadlineMs, ...harm })
  const isReading = rig.capabilities.effect === 'none'
  const allowed = declared?.ends ?? (isReading ? ['timeout'] : ['timeout', 'unknown'])
  const mayEnd = !isSilent || allowed.includes('success')
  if (ended.kind === 'value' && !mayEnd)
    judge.failed(check, 'against a far side that never answers, it says that it has succeeded', test.title)
  judgeEnd(
    test,
    check,
    ended,
    allowed.filter((each) => each !== 'success'),
    'against a far side that never answers, it',
  )
  await checkClaim(test, ended)
  if (judge.has(check)) return
  if (declared) judge.declared(check, declared.because)
  else judge.passed(check)
}

/** A call that ended by itself is fine; one that failed must say why in one of these classes. */
function judgeEnd(
  { judge, title }: CaseUnderTest,
  check: 'cancel_obeyed' | 'deadline_obeyed',
  ended: Ended<unknown>,
  allowed: readonly string[],
  words: string,
): void {
  if (ended.kind === 'hung') judge.failed(check, `${words} does not end`, title)
  if (ended.kind !== 'failure') return
  const { failure } = ended
  if (failure instanceof ActionFailure && allowed.includes(failure.class)) return
  judge.failed(check, `${words} ends with ${shownFailure(failure)}; expected: ${allowed.join(' or ')}`, title)
}

/** `notApplied` is a promise on which the engine repeats: it must hold. */
export async function checkClaim(test: CaseUnderTest, ended: Ended<unknown>): Promise<void> {
  const { rig, judge, title, before } = test
  if (ended.kind !== 'failure' || !(ended.failure instanceof ActionFailure) || !ended.failure.notApplied) return
  if ((await rig.settled()) === before) judge.passed('not_applied_is_true')
  else
    judge.failed(
      'not_applied_is_true',
      `it says that nothing was done, and something was (${shownFailure(ended.failure)})`,
      title,
    )
}
