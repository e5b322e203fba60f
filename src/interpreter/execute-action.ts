/** From a call to an action and back: context, deadline, masking, evidence, honest failure classes. */
import { formatDurationForPeople } from '../base/duration.ts'
import type { FailureClass } from '../base/failure.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { isTainted, type Tainted } from '../base/secret.ts'
import type { Plan } from '../plan/model.ts'
import type { Clock } from '../ports/clock.ts'
import { type Action, type ActionContext, ActionFailure, type EvidenceRef, type SystemView } from '../ports/executor.ts'
import type { Ports } from '../ports/ports.ts'
import type { CallCommand, CallContext, CallOutcome, Execute } from './durable-host.ts'
import { givenArguments } from './given-arguments.ts'

/** Characters of one line of progress that are shown and kept. */
const lineCharsMax = 2000

/** Masks what must not be seen. Made from the secrets that were revealed so far. */
export interface Masking {
  text(value: string, isCut?: boolean): string
  bytes(value: Uint8Array): Uint8Array
}

export interface EffectEnvironment {
  readonly plan: Plan
  readonly ports: Ports
  findAction(name: string): Action | undefined
  /** Gives a secret input's text; rejects with ActionFailure `refused` when it cannot be had. */
  secret(name: string): Promise<string>
  /** False for an optional secret that is not there: arguments that would carry it are left out. */
  isGiven?(name: string): boolean
  masking(): Masking
  keepEvidence(name: string, media: string, content: Uint8Array): Promise<EvidenceRef>
  /** A line of progress for the screen; already masked. */
  onLine?(call: CallCommand, line: string): void
}

interface CallInput {
  readonly action: string
  readonly with: JsonObject
  readonly target: string
  readonly effect: string
  readonly attempt: number
  readonly begun_at: number
  readonly undo_outputs?: JsonObject
}

/** Text kept of a call's progress, characters; the beginning and the end are kept. */
const logCharsMax = 4_000_000

export function makeExecute(environment: EffectEnvironment): Execute {
  return async (call, context) => {
    const evidence: EvidenceRef[] = []
    const lines: string[] = []
    const end = await endOf(
      withDeadline(environment.ports.clock, call, context, (signal) =>
        dispatch(environment, call, { ...context, signal }, evidence, lines),
      ),
    )
    const lost = await keepLog(environment, lines, evidence)
    if ('error' in end) return failure(environment, end.error, evidence, lost)
    const { summary } = end.result
    const data: Record<string, Json> = { ...end.result, evidence: evidence as unknown as Json }
    if (lost !== undefined) data['summary'] = typeof summary === 'string' ? `${summary}; ${lost}` : lost
    return { ok: true, data: masked(environment, data) }
  }
}

async function endOf(
  work: Promise<JsonObject>,
): Promise<{ readonly result: JsonObject } | { readonly error: unknown }> {
  try {
    return { result: await work }
  } catch (error) {
    return { error }
  }
}

/**
 * What was done is done: a log that cannot be kept (the disk is full) takes nothing of it back.
 *
 * @returns why the log is missing, a half sentence; undefined when it is kept or there is none
 */
async function keepLog(
  environment: EffectEnvironment,
  lines: readonly string[],
  evidence: EvidenceRef[],
): Promise<string | undefined> {
  if (lines.length === 0) return undefined
  let text = lines.join('\n') + '\n'
  if (text.length > logCharsMax) text = `${text.slice(0, logCharsMax / 2)}\n… cut …\n${text.slice(-logCharsMax / 2)}`
  try {
    const bytes = new TextEncoder().encode(text)
    evidence.push(await environment.keepEvidence('log.txt', 'text/plain; charset=utf-8', bytes))
    return undefined
  } catch (error) {
    return `its log could not be kept: ${messageOf(error)}`
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function failure(
  environment: EffectEnvironment,
  error: unknown,
  evidence: readonly EvidenceRef[],
  lost: string | undefined,
): CallOutcome {
  const known = error instanceof ActionFailure
  const failureClass: FailureClass = known ? error.class : 'process'
  const data = {
    class: failureClass,
    message: lost === undefined ? messageOf(error) : `${messageOf(error)}; ${lost}`,
    evidence: evidence as unknown as Json,
    ...(known && error.advice ? { advice: error.advice } : {}),
    ...(known && Object.keys(error.outputs).length > 0 ? { outputs: error.outputs } : {}),
    ...(known && error.notApplied ? { not_applied: true } : {}),
  }
  return { ok: false, class: failureClass, data: masked(environment, data) }
}

/** How long an action may take to end by itself once it was called off, milliseconds. */
const graceMs = 1500

/** Runs to the deadline, then aborts and gives the action a moment to end by itself. */
async function withDeadline<Value>(
  clock: Clock,
  call: CallCommand,
  context: CallContext,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const late = new AbortController()
  const over = new AbortController()
  const signal = AbortSignal.any([context.signal, late.signal])
  const tooLate = new ActionFailure('timeout', `no answer within ${formatDurationForPeople(call.timeoutMs)}`, {
    advice: 'Look at the target before trying again: the work may still be running there.',
  })
  const running = work(signal)
  // The action's own account counts when it comes in time; a late one must not end the process.
  running.catch(() => undefined)
  const deadline = async (): Promise<never> => {
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    const sleep = clock.sleep(call.timeoutMs, over.signal).then(() => late.abort(tooLate))
    sleep.catch(() => undefined)
    if (!signal.aborted) await aborted
    await clock.sleep(graceMs, over.signal)
    throw late.signal.aborted ? tooLate : new ActionFailure('cancelled', 'called off')
  }
  try {
    return await Promise.race([running, deadline()])
  } catch (error) {
    const honest = error instanceof ActionFailure && error.class !== 'cancelled'
    if (late.signal.aborted && !honest) throw tooLate
    if (context.signal.aborted && !(error instanceof ActionFailure))
      throw new ActionFailure('cancelled', 'called off', { cause: error })
    throw error
  } finally {
    over.abort()
  }
}

async function dispatch(
  environment: EffectEnvironment,
  call: CallCommand,
  context: CallContext,
  evidence: EvidenceRef[],
  lines: string[],
): Promise<JsonObject> {
  const asked = call.input as unknown as CallInput
  const action = environment.findAction(asked.action)
  if (!action) throw new ActionFailure('process', `there is no action "${asked.action}"`, { notApplied: true })
  const isGiven = (name: string): boolean => environment.isGiven?.(name) ?? true
  const input = { ...asked, with: givenArguments(action, asked.with, isGiven) }
  const actionContext = makeContext(environment, call, input, context, evidence, lines)
  switch (call.op) {
    case 'probe': {
      const found = await need(action.probe, action, 'probe').call(action, actionContext, input.with)
      return { outputs: found.outputs ?? {}, state: found.state, ...(found.summary ? { summary: found.summary } : {}) }
    }
    case 'dry_run': {
      const found = await need(action.dryRun, action, 'dry run').call(action, actionContext, input.with)
      return { outputs: found.outputs ?? {}, coverage: found.coverage, summary: found.summary }
    }
    case 'undo':
      return plain(
        await need(action.undo, action, 'undo').call(action, actionContext, input.with, input.undo_outputs ?? {}),
      )
    default:
      return plain(await action.perform(actionContext, input.with))
  }
}

function plain(result: Awaited<ReturnType<Action['perform']>>): JsonObject {
  return {
    outputs: result.outputs,
    ...(result.summary === undefined ? {} : { summary: result.summary }),
    ...(result.changed === undefined ? {} : { changed: result.changed }),
  }
}

function need<Value>(method: Value | undefined, action: Action, what: string): Value {
  if (method === undefined)
    throw new ActionFailure('process', `action "${action.name}" has no ${what}`, { notApplied: true })
  return method
}

function makeContext(
  environment: EffectEnvironment,
  call: CallCommand,
  input: CallInput,
  context: CallContext,
  evidence: EvidenceRef[],
  lines: string[],
): ActionContext {
  const { plan, ports } = environment
  const target = input.target === '' ? undefined : plan.targets[input.target]
  return {
    ...(target ? { target } : {}),
    targets: Object.values(plan.targets),
    system: (name) => systemOf(plan, name ?? target?.system),
    effect: input.effect,
    attempt: input.attempt,
    begunAt: input.begun_at,
    fence: context.fence,
    deadlineMs: call.timeoutMs,
    signal: context.signal,
    ports,
    log: (line) => {
      const shown = shortened(environment.masking().text(line))
      lines.push(shown)
      environment.onLine?.(call, shown)
    },
    keepEvidence: async (name, media, content) => {
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
      const kept = await environment.keepEvidence(name, media, environment.masking().bytes(bytes))
      evidence.push(kept)
      return kept
    },
    hide: (text, isCut) => environment.masking().text(text, isCut),
    reveal: (value) => reveal(environment, value),
  }
}

/** Masked before it is cut, so that no half of a secret is left. */
function shortened(line: string): string {
  return line.length > lineCharsMax ? `${line.slice(0, lineCharsMax)}…` : line
}

function systemOf(plan: Plan, name: string | undefined): SystemView | undefined {
  return name === undefined ? undefined : plan.systems[name]
}

async function reveal(environment: EffectEnvironment, value: Tainted | string): Promise<string> {
  if (typeof value === 'string') return value
  if ('$secret' in value) return environment.secret(value.$secret)
  const parts = await Promise.all(
    value.$secret_text.map((part) => (typeof part === 'string' ? part : environment.secret(part.$secret))),
  )
  return parts.join('')
}

/** The last line of defence: whatever an action gives back passes the mask before it is recorded. */
function masked(environment: EffectEnvironment, value: Json): Json {
  const masking = environment.masking()
  const walk = (node: Json): Json => {
    if (typeof node === 'string') return masking.text(node)
    if (Array.isArray(node)) return node.map((item: Json) => walk(item))
    if (isTainted(node) || !isJsonObject(node)) return node
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [masking.text(key), walk(item as Json)]))
  }
  return walk(value)
}
