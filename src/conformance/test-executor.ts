import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RollbookError, UsageError } from '../base/error.ts'
import { canonicalJson } from '../base/json.ts'
import { checkArgument } from '../language/argument-schema.ts'
import { makeNodePorts, type NodePorts } from '../node/ports.ts'
import { makeSsh } from '../node/ssh/make-ssh.ts'
import type { Action, Executor } from '../ports/executor.ts'
import { checkCancel, checkDeadline } from './checks/abort-checks.ts'
import type { CaseUnderTest } from './checks/case.ts'
import { checkCrashes } from './checks/crash-checks.ts'
import { checkDryRun, checkTwice, checkUndo } from './checks/effect-checks.ts'
import { checkOpenArguments } from './checks/secret-checks.ts'
import { checkRemembersNothing, checkStandsAlone } from './checks/state-checks.ts'
import { checkAction, checkExecutor } from './checks/static-checks.ts'
import { checkTroubles } from './checks/trouble-checks.ts'
import type { ConformanceCase, ConformanceDescription, TestWorld } from './description.ts'
import { Judge } from './judge.ts'
import type { ActionReport, ConformanceReport, Finding } from './report.ts'
import { newEffect, Rig, type RigOptions, shownFailure } from './rig.ts'
import { type BrokenServer, startBrokenServer } from './trouble.ts'

export interface ConformanceOptions {
  /** Name of a system of the description. Default: the first. */
  readonly system?: string
  /** Handed to the description: where a laboratory is, and its credentials. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Gives a copy of the executor that shares no module with the first, as a second process would have. */
  readonly again?: () => Promise<Executor>
  /** Only actions with these names. Default: all. */
  readonly actions?: readonly string[]
  /** At how many calls to the world each action is stopped or disturbed, at most. Default 6. */
  readonly pointsMax?: number
  /** Time that a call gets after it was called off, milliseconds. The contract leaves a second; default 3000, for slow machines. */
  readonly graceMs?: number
  /** Longest time of an undisturbed call, milliseconds. Default 60,000. */
  readonly patienceMs?: number
  /** Told before each case. */
  readonly onCase?: (action: string, title: string | undefined) => void
}

/**
 * Holds an executor to the contract: exercises each of its actions on something real, kills the engine in its midst,
 * breaks its connections, and compares what it says with what is.
 *
 * @throws UsageError `CONFORMANCE_SYSTEM` when there is no such system; RollbookError `CONFORMANCE_WORLD` when a system
 *   does not start or a case cannot be prepared
 */
export async function testExecutor(
  executor: Executor,
  description: ConformanceDescription,
  options: ConformanceOptions = {},
): Promise<ConformanceReport> {
  const system = systemOf(description, options.system)
  const whole = new Judge()
  checkExecutor(executor, whole)
  const wanted = executor.actions.filter(({ name }) => options.actions?.includes(name) ?? true)
  const cases = description.cases.filter((each) => wanted.some(({ name }) => name === each.action))
  const stranger = description.cases.find((each) => !executor.actions.some(({ name }) => name === each.action))
  if (stranger) whole.failed('is_exercised', `a case is about "${stranger.action}", and there is no such action`)
  const again = await options.again?.()
  const stage = cases.length === 0 ? undefined : await openStage(description, system, options)
  const actions: ActionReport[] = []
  const findings: Finding[] = []
  try {
    for (const action of wanted) {
      const judge = new Judge(action.name)
      checkAction(action, judge)
      const own = cases.filter((each) => each.action === action.name)
      if (own.length === 0) judge.failed('is_exercised', 'no case of the description performs it')
      for (const test of own) {
        options.onCase?.(action.name, test.title)
        if (stage) await runCase(action, test, stage, judge, options, copyOf(again, action))
      }
      actions.push({ action: action.name, checks: judge.results })
      findings.push(...judge.findings)
    }
  } finally {
    await stage?.close()
  }
  const all = [...whole.findings, ...findings]
  return {
    executor: executor.name,
    contract: executor.contract,
    system,
    passed: all.length === 0,
    findings: all,
    checks: whole.results,
    actions,
  }
}

function systemOf(description: ConformanceDescription, asked: string | undefined): string {
  const names = Object.keys(description.systems)
  const name = asked ?? names[0]
  if (name !== undefined && names.includes(name)) return name
  throw new UsageError('CONFORMANCE_SYSTEM', `there is no system "${name ?? ''}" to exercise it on`, {
    hint: names.length === 0 ? 'The description names none.' : `There is ${names.join(', ')}.`,
  })
}

function copyOf(again: Executor | undefined, action: Action): Action | undefined {
  return again?.actions.find(({ name }) => name === action.name)
}

/** Two worlds side by side, and a far side that is broken. */
interface Stage {
  readonly worlds: readonly [Place, Place]
  readonly broken: BrokenServer
  close(): Promise<void>
}

interface Place {
  readonly world: TestWorld
  readonly ports: NodePorts
  readonly directory: string
}

async function openStage(
  description: ConformanceDescription,
  system: string,
  options: ConformanceOptions,
): Promise<Stage> {
  const opened: Place[] = []
  const broken = await startBrokenServer()
  const close = async (): Promise<void> => {
    await broken.close()
    for (const { world, ports, directory } of opened) {
      await ports.close()
      await world.close()
      rmSync(directory, { recursive: true, force: true })
    }
  }
  const open = async (): Promise<Place> => {
    const directory = mkdtempSync(join(tmpdir(), 'rollbook-conformance-'))
    const start = description.systems[system]
    try {
      if (!start) throw new Error('it is not described')
      const world = await start({ directory, env: options.env ?? {} })
      const ssh = makeSsh({ onInsecure: () => undefined })
      const place = { world, ports: makeNodePorts({ ssh, directory, onInsecure: () => undefined }), directory }
      opened.push(place)
      return place
    } catch (cause) {
      rmSync(directory, { recursive: true, force: true })
      throw worldFailure(`the system "${system}" did not start: ${shownFailure(cause)}`, cause)
    }
  }
  try {
    return { worlds: [await open(), await open()], broken, close }
  } catch (error) {
    await close()
    throw error
  }
}

function worldFailure(message: string, cause: unknown): RollbookError {
  return new RollbookError('CONFORMANCE_WORLD', message, {
    hint: 'This is about the description or the system, not about the executor.',
    cause,
  })
}

/** Pause after the last call of a case, in which nothing may be heard of it any more, milliseconds. */
const lateMs = 60

async function runCase(
  action: Action,
  test: ConformanceCase,
  stage: Stage,
  judge: Judge,
  options: ConformanceOptions,
  again: Action | undefined,
): Promise<void> {
  const rigOptions: RigOptions = { graceMs: options.graceMs ?? 3000, patienceMs: options.patienceMs ?? 60_000 }
  const rigs = stage.worlds.map(({ world, ports }) => {
    const told = withTold(test, action.name)
    return new Rig(action, told, world, { ...ports, ...world.ports }, rigOptions)
  })
  const [rig, beside] = rigs
  if (!rig || !beside) return
  const learnt = await learn(rig, judge, test.title)
  if (learnt) {
    const pointsMax = options.pointsMax ?? 6
    const own = {
      rig,
      beside,
      judge,
      title: test.title,
      broken: stage.broken,
      again,
      options: { pointsMax },
      ...learnt,
    }
    for (const check of checksOf(own)) await check(own)
    await rig.prepare()
    await beside.prepare()
  }
  await new Promise((resolve) => setTimeout(resolve, lateMs))
  for (const each of rigs) each.noteLateCalls()
  for (const [check, message] of rigs.flatMap((each) => [...each.breaches])) judge.failed(check, message, test.title)
  for (const check of ['arguments_untouched', 'ends_cleanly'] as const) judge.passed(check)
  if (rig.carriesSecret) judge.passed('secrets_hidden')
  else judge.notApplicable('secrets_hidden', 'no secret goes into its cases')
  judge.notApplicable('not_applied_is_true', 'no failure said that nothing was done')
}

/** In this order; what an action is found out to do at first makes the later ones tell more than is needed. */
function checksOf({ rig }: CaseUnderTest): readonly ((test: CaseUnderTest) => Promise<void>)[] {
  const always = [checkDryRun, checkCancel, checkDeadline, checkTroubles, checkStandsAlone, checkOpenArguments]
  return rig.capabilities.effect === 'none'
    ? always
    : [checkDryRun, checkTwice, checkUndo, checkCrashes, ...always.slice(1), checkRemembersNothing]
}

/** One undisturbed call: how the world looks before and after it, and which way it takes. */
async function learn(
  rig: Rig,
  judge: Judge,
  title: string | undefined,
): Promise<Pick<CaseUnderTest, 'before' | 'after' | 'calls' | 'tookMs'> | undefined> {
  const before = await rig.prepare()
  rig.show('the words for a call', rig.action.describe(rig.args(), rig.target))
  const begun = performance.now()
  const ended = await rig.perform({ effect: newEffect(rig.action.name) })
  const tookMs = performance.now() - begun
  const after = await rig.settled()
  if (ended.kind === 'hung' || ended.kind === 'stopped') {
    judge.failed('performs', 'it does not come to its end', title)
    return undefined
  }
  if (ended.kind === 'failure') {
    judge.failed('performs', `it fails: ${shownFailure(ended.failure)}`, title)
    return undefined
  }
  const problem = outputProblem(ended.value, rig.action)
  if (problem === undefined) judge.passed('performs')
  else judge.failed('performs', problem, title)
  const changes = before !== after
  if (rig.capabilities.effect === 'none') {
    if (changes) judge.failed('changes_only_as_declared', 'it declares no effect, and has one', title)
    else judge.passed('changes_only_as_declared')
    judge.passed('is_exercised')
    return changes ? undefined : { before, after, calls: ended.calls, tookMs }
  }
  judge.notApplicable('changes_only_as_declared', 'it declares an effect')
  if (changes) judge.passed('is_exercised')
  else judge.failed('is_exercised', 'the case does not see that it changes anything, so nothing can be told', title)
  return changes ? { before, after, calls: ended.calls, tookMs } : undefined
}

function outputProblem(result: Awaited<ReturnType<Action['perform']>>, action: Action): string | undefined {
  const outputs: unknown = (result as typeof result | undefined)?.outputs
  if (typeof outputs !== 'object' || outputs === null) return 'it gives no outputs'
  const kept = JSON.parse(JSON.stringify(outputs)) as typeof result.outputs
  if (canonicalJson(kept) !== canonicalJson(outputs)) return 'its outputs hold something that is no JSON'
  const [finding] = checkArgument(kept, action.outputs)
  if (finding === undefined) return undefined
  return `its outputs do not fit their schema at ${finding.instancePath || '/'} (${finding.keyword})`
}

/** What fails in the description is told as its mistake. */
function withTold(test: ConformanceCase, action: string): ConformanceCase {
  const told = async <Value>(what: string, work: () => Value | Promise<Value>): Promise<Value> => {
    try {
      return await work()
    } catch (cause) {
      throw worldFailure(`the case of ${action} cannot ${what}: ${shownFailure(cause)}`, cause)
    }
  }
  return {
    ...test,
    prepare: (world) => told('prepare', () => test.prepare(world)),
    look: (world) => told('look', () => test.look(world)),
    ...(test.settle && { settle: (world: TestWorld) => told('settle', () => test.settle?.(world)) }),
  }
}
