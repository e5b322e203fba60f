/**
 * One process carrying out one run: the lock, the host, the executors, the letter box for other terminals.
 * Doors start or resume a session, listen, and post what people say; they never steer in any other way.
 */
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { RollbookError } from '../base/error.ts'
import type { Json, JsonObject } from '../base/json.ts'
import { allActions } from '../executors/index.ts'
import type { CallCommand, PostResult } from '../interpreter/durable-host.ts'
import { EmbeddedHost } from '../interpreter/embedded-host.ts'
import { makeExecute } from '../interpreter/execute-action.ts'
import type { Turning } from '../node/clock.ts'
import { type EvidenceStore, evidenceStore } from '../node/evidence-store.ts'
import { Inbox, type InboxWatch } from '../node/inbox.ts'
import { JournalStore } from '../node/journal-store.ts'
import { type JumpingClock, standingStill } from '../node/jumping-clock.ts'
import { makeNodePorts, type NodePorts } from '../node/ports.ts'
import { takenOverText } from '../node/process-owner.ts'
import { markBegun } from '../node/run-begun.ts'
import { lockLost, lockRun, type RunLock } from '../node/run-lock.ts'
import { createRun, openRun, type RunDirectory, readPlan, type SourceFile } from '../node/run-store.ts'
import { makeSsh } from '../node/ssh/make-ssh.ts'
import { StartedPrograms } from '../node/started-programs.ts'
import { acquireTargets, fenceOf, releaseTargets } from '../node/target-locks.ts'
import type { Plan, PlanStep } from '../plan/model.ts'
import type { Clock } from '../ports/clock.ts'
import type { Action, EvidenceRef } from '../ports/executor.ts'
import type { Journals } from '../ports/journal.ts'
import type { SshAddress } from '../ports/ssh.ts'
import { sshAddressOf } from '../ports/ssh-address.ts'
import type { Choice, RunEvent, RunEventData, RunMode } from '../run/events.ts'
import type { PlanIndex } from '../run/plan-index.ts'
import { makeRunProgram, type RunProgram } from '../run/program.ts'
import type { RunState } from '../run/state.ts'
import { releaseEnded } from './ended-holders.ts'
import { answersRole } from './kept-answers.ts'
import { clockOf, turningJson } from './rehearsal-clock.ts'
import { receiveLetter } from './run-letters.ts'
import { previewsOf, type StepPreview } from './run-preview.ts'
import { type LoadedSecrets, loadSecrets } from './run-secrets.ts'
import { targetsOf } from './run-targets.ts'
import { waitsForClock } from './run-waiting.ts'
import { shellOn } from './target-shell.ts'

export interface SessionOptions {
  /** Folder that holds `.rollbook`. */
  readonly root: string
  /** Relative paths in the runbook start here. */
  readonly directory: string
  readonly by: string
  readonly role?: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly rollbookVersion: string
  /** Default: those that ship. */
  readonly actions?: readonly Action[]
  readonly breakLock?: boolean
  /** For a rehearsal in this process; the machine's clock, or the one of the run directory, unless said otherwise. */
  readonly clock?: JumpingClock
}

/** Why nothing goes on at the moment. */
export type Standstill = 'ended' | 'waiting' | 'paused' | 'failed'

export type SessionListener = (state: RunState, events: readonly RunEvent[]) => void
export type LineListener = (call: CallCommand, line: string) => void

export class RunSession {
  readonly run: RunDirectory
  readonly plan: Plan
  readonly index: PlanIndex
  readonly #options: SessionOptions
  readonly #host: EmbeddedHost<RunState, RunEvent>
  readonly #clock: Clock
  readonly #lock: RunLock
  readonly #ports: NodePorts
  readonly #evidence: EvidenceStore
  readonly #listeners = new Set<SessionListener>()
  readonly #lineListeners = new Set<LineListener>()
  readonly #counters = new Map<string, number>()
  readonly #notices: RunEventData['NoticeRecorded'][] = []
  #epochs: ReadonlyMap<string, number> = new Map()
  #secrets: LoadedSecrets
  #watch: InboxWatch | undefined
  #fatal: unknown
  /** As of the last turn that is on disk. */
  #standstill: Standstill | undefined
  readonly #earlier: RunEvent[] = []
  #begun = false
  /** Who leads from here on, since somebody handed over. */
  #handedTo: string | undefined

  private constructor(run: RunDirectory, plan: Plan, lock: RunLock, secrets: LoadedSecrets, options: SessionOptions) {
    this.run = run
    this.plan = plan
    this.#lock = lock
    this.#options = options
    this.#secrets = secrets
    const evidence = evidenceStore(run.directory)
    this.#evidence = options.clock ? standingStill(evidence, options.clock) : evidence
    const program: RunProgram = makeRunProgram(plan)
    this.index = program.index
    const { clock } = options
    this.#clock = clock ?? clockOf(run)
    for (const [name, why] of secrets.notGiven)
      this.#notice({ kind: 'not_given', message: `the optional secret "${name}" is not given: ${why}` })
    const onInsecure = (message: string): void => this.#notice({ kind: 'insecure', message })
    this.#ports = makeNodePorts({
      ssh: makeSsh({ onInsecure }),
      directory: options.directory,
      clock: this.#clock,
      ...(clock ? { around: (port) => standingStill(port, clock) } : {}),
      started: new StartedPrograms(run.directory, (message) => this.#notice({ kind: 'left_running', message })),
      onInsecure,
    })
    this.#host = new EmbeddedHost<RunState, RunEvent>({
      run: run.id,
      directory: run.directory,
      program: program as never,
      journals: journalsOf(lock, clock),
      clock: this.#clock,
      fenceOf: (key) => this.#fence(key),
      onTurn: (state, events) => this.#tell(state, events),
      onFatal: (error) => {
        this.#fatal = error
        this.#tell(this.state, [])
      },
    })
  }

  /** Pins everything in a new run directory and starts. */
  static async start(
    options: SessionOptions,
    made: {
      readonly plan: Plan
      readonly sources: readonly SourceFile[]
      readonly mode: RunMode
      readonly id?: string
      readonly meta?: JsonObject
      /** For a rehearsal: the clock of the emulator that the run works on. */
      readonly clock?: Turning
    },
  ): Promise<RunSession> {
    const secrets = await loadSecrets(made.plan, options)
    const run = createRun(options.root, {
      id: made.id ?? newRunId(made.plan.runbook.name, Date.now()),
      createdAt: Date.now(),
      sources: made.sources.map((source) =>
        source.role === answersRole ? { ...source, content: secrets.masker.bytes(source.content) } : source,
      ),
      plan: made.plan as unknown as Json,
      meta: {
        title: made.plan.runbook.title,
        runbook: made.plan.runbook.name,
        version: made.plan.runbook.version,
        mode: made.mode,
        by: options.by,
        directory: options.directory,
        ...(made.clock ? { clock: turningJson(made.clock) } : {}),
        ...made.meta,
      },
    })
    const session = new RunSession(run, made.plan, lockRun(run), secrets, options)
    if (made.clock)
      session.#notice({
        kind: 'rehearsal',
        message: `a rehearsal: the clock of this run goes ${made.clock.speed} times as fast as life`,
      })
    try {
      await session.#open(made.mode)
    } catch (error) {
      // Refused before its first record: nothing has happened, so nothing stays that looks like a run or keeps its name.
      if (error instanceof RollbookError && error.code === 'TARGETS_LOCKED')
        rmSync(run.directory, { recursive: true, force: true })
      throw error
    }
    return session
  }

  /** Takes an existing run over: replays its journal, then goes on. */
  static async resume(options: SessionOptions, idOrPrefix: string): Promise<RunSession> {
    const run = openRun(options.root, idOrPrefix)
    const plan = readPlan(run) as unknown as Plan
    const secrets = await loadSecrets(plan, options)
    const lock = lockRun(run, { breakLock: options.breakLock ?? false })
    const session = new RunSession(run, plan, lock, secrets, options)
    if (lock.tookOverFrom)
      session.#notice({
        kind: 'taken_over',
        message: takenOverText(lock.tookOverFrom),
      })
    await session.#open(undefined)
    return session
  }

  get state(): RunState {
    return this.#host.state
  }

  /** A text without the secrets of the run. */
  mask(text: string): string {
    return this.#secrets.masker.text(text)
  }

  /** Milliseconds since the epoch on the clock of the run. */
  now(): number {
    return this.#clock.now()
  }

  /** Hash of the last record that is on disk. */
  get lastHash(): string {
    return this.#host.lastHash
  }

  get failure(): unknown {
    return this.#fatal
  }

  /** The calls of a step as people read them, resolved as far as the run knows by now; secrets hidden. */
  previews(step: PlanStep): readonly StepPreview[] {
    const found = previewsOf(this.index, this.state, step, (name, args, target) =>
      this.#action(name)?.describe(args, target ? this.plan.targets[target] : undefined),
    )
    return this.#secrets.masker.json(found as unknown as Json) as unknown as readonly StepPreview[]
  }

  /** Command line of an interactive login on a target; undefined when it is not reached by SSH. */
  shellOn(target: string): readonly [string, ...string[]] | undefined {
    return shellOn(this.plan, target)
  }

  /** Name and role of who leads this session: who took it up, or who it was handed over to since. */
  get person(): { readonly by: string; readonly role?: string } {
    return this.#person()
  }

  /** Resolves at the next turn, or when the signal is aborted. */
  changed(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        stop()
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const stop = this.onTurn(done)
      signal?.addEventListener('abort', done, { once: true })
      if (signal?.aborted) done()
    })
  }

  onTurn(listener: SessionListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  onLine(listener: LineListener): () => void {
    this.#lineListeners.add(listener)
    return () => this.#lineListeners.delete(listener)
  }

  async #open(mode: RunMode | undefined): Promise<void> {
    try {
      await this.#host.start()
      this.#standstill = standstillOf(this.state)
      const changed = this.state.mode !== 'dry_run' && mode !== 'dry_run' && this.run.meta['mode'] !== 'dry_run'
      if (this.#host.tornBytes > 0)
        this.#notice({ kind: 'torn_tail', message: `${this.#host.tornBytes} bytes of a torn write were cut` })
      if (changed && this.state.status !== 'ended') {
        const targets = targetsOf(this.plan)
        await releaseEnded(this.#options.root, this.run.id, targets)
        const taken = acquireTargets(this.#options.root, this.run.id, targets, {
          breakLock: this.#options.breakLock ?? false,
        })
        this.#epochs = taken.epochs
        for (const holder of taken.tookOverFrom)
          this.#notice({ kind: 'taken_over', message: `target ${holder.target} was still locked by run ${holder.run}` })
      }
      this.#host.zone('main', makeExecute(this.#effects()))
      this.#warm()
      await this.post('EngineStarted', { ...this.#person(), pid: process.pid, host: hostname() })
      markBegun(this.run.directory)
      // What is repeated after a crash starts with the first record already, and may add a notice meanwhile.
      for (let notice = this.#notices.shift(); notice; notice = this.#notices.shift())
        await this.post('NoticeRecorded', notice)
      this.#begun = true
      // A run whose first record never reached the disk is started now, as it was meant.
      const starting = mode ?? (this.state.status === 'new' ? modeOf(this.run.meta['mode']) : undefined)
      if (starting !== undefined) {
        const { name, version, hash } = this.plan.runbook
        const runbook = { name, version, hash }
        await this.post('RunStarted', {
          ...(mode === undefined ? { by: String(this.run.meta['by'] ?? this.#options.by) } : this.#person()),
          run: this.run.id,
          mode: starting,
          plan_digest: this.plan.digest,
          runbook,
          rollbook_version: this.#options.rollbookVersion,
        })
      } else {
        await this.#host.begin()
      }
      this.#watch = new Inbox(this.run.directory).watch(
        (letter) => receiveLetter(this.#host, this.run.id, letter, this.#clock.now(), this.#secrets.masker),
        (error) => {
          this.#fatal ??= error
          this.#tell(this.state, [])
        },
      )
    } catch (error) {
      await this.close()
      throw error
    }
  }

  #person(): { by: string; role?: string } {
    if (this.#handedTo !== undefined) return { by: this.#handedTo }
    return { by: this.#options.by, ...(this.#options.role ? { role: this.#options.role } : {}) }
  }

  #action(name: string): Action | undefined {
    return (this.#options.actions ?? allActions).find((action) => action.name === name)
  }

  #effects(): Parameters<typeof makeExecute>[0] {
    return {
      plan: this.plan,
      ports: this.#ports,
      findAction: (name) => this.#action(name),
      secret: (name) => this.#secrets.reveal(name),
      isGiven: (name) => !this.#secrets.notGiven.has(name),
      masking: () => this.#secrets.masker,
      keepEvidence: (name, media, content) => this.#evidence.put(name, media, content),
      onLine: (call, line) => {
        for (const listener of this.#lineListeners) listener(call, line)
      },
    }
  }

  /** Logins are the dearest part of remote work: they begin while people still read. */
  #warm(): void {
    if (this.state.status === 'ended') return
    this.#ports.ssh.warm(targetsOf(this.plan).flatMap((name) => sshAddresses(this.plan, name)))
  }

  #fence(key: string): number {
    const counter = this.#counters.get(key) ?? 0
    this.#counters.set(key, counter + 1)
    return fenceOf(key === '' ? this.#lock.epoch : (this.#epochs.get(key) ?? this.#lock.epoch), counter)
  }

  #notice(notice: RunEventData['NoticeRecorded']): void {
    if (this.#begun) void this.post('NoticeRecorded', notice).catch(() => undefined)
    else this.#notices.push(notice)
  }

  /** What happened before anybody listened; each event is given out once. */
  takeEarlier(): readonly RunEvent[] {
    return this.#earlier.splice(0)
  }

  #tell(state: RunState, events: readonly RunEvent[]): void {
    this.#standstill = this.#fatal === undefined ? standstillOf(state) : 'failed'
    for (const event of events) if (event.type === 'HandedOver' && this.#begun) this.#handedTo = event.data.to
    if (this.#listeners.size === 0) this.#earlier.push(...events)
    let broken: unknown
    for (const listener of this.#listeners) {
      try {
        listener(state, events)
      } catch (error) {
        broken ??= error
      }
    }
    // A screen that is wrong must neither be passed over nor keep what was decided from being started.
    if (broken === undefined || this.#fatal !== undefined) return
    this.#fatal = broken
    this.#tell(state, [])
  }

  /** Records what happened or was said; durable when it resolves. */
  post<Type extends RunEvent['type']>(type: Type, data: RunEventData[Type], of?: string): Promise<PostResult> {
    if (!this.#lock.isHeld()) return Promise.reject(lockLost(this.run.id))
    const event = {
      id: `${type}/${randomUUID()}`,
      type,
      at: this.#clock.now(),
      // What people type may hold a secret as well.
      data: this.#secrets.masker.json(data as unknown as Json),
      ...(of ? { of } : {}),
    }
    return this.#host.post(this.run.id, event)
  }

  answer(
    prompt: string,
    choice: Choice,
    more: {
      readonly by?: string
      readonly role?: string
      readonly reason?: string
      readonly form?: JsonObject
      readonly evidence?: readonly EvidenceRef[]
    } = {},
  ): Promise<PostResult> {
    return this.post('PromptAnswered', { ...this.#person(), choice, ...more }, prompt)
  }

  vote(
    prompt: string,
    decision: 'approve' | 'reject',
    person: { readonly by: string; readonly role?: string; readonly reason?: string },
  ): Promise<PostResult> {
    return this.post('VoteCast', { prompt, decision, ...person })
  }

  keepEvidence(name: string, media: string, content: string | Uint8Array): Promise<EvidenceRef> {
    const { masker } = this.#secrets
    return this.#evidence.put(name, media, typeof content === 'string' ? masker.text(content) : masker.bytes(content))
  }

  /** @throws RollbookError `EVIDENCE_MISSING`, `EVIDENCE_DAMAGED` */
  readEvidence(sha256: string): Promise<Uint8Array> {
    return this.#evidence.get(sha256)
  }

  /**
   * Why nothing goes on, or `undefined` while something does. The state itself is ahead of the disk while a turn is
   * written; this is not, so that nobody leaves a run before its last records are safe and told.
   */
  standstill(): Standstill | undefined {
    return this.#standstill
  }

  /** Resolves at the next standstill; at once when there is one already. */
  settled(): Promise<Standstill> {
    return new Promise((resolve) => {
      const look = (): void => {
        const why = this.standstill()
        if (why === undefined) return
        stop()
        resolve(why)
      }
      const stop = this.onTurn(look)
      look()
    })
  }

  /** Ends this process's part; the run stays as it is. In-flight work gets `drainMs` to finish. */
  async close(options: { readonly drainMs?: number } = {}): Promise<void> {
    // A letter that is in hand is recorded; an effect that followed from it would be called off as soon as it began.
    this.#host.rest()
    await this.#watch?.stop().catch(() => undefined)
    await this.#host.stop({ drainMs: options.drainMs ?? 0 }).catch(() => undefined)
    await this.#ports.close().catch(() => undefined)
    try {
      if (this.#standstill === 'ended') releaseTargets(this.#options.root, this.run.id, targetsOf(this.plan))
    } finally {
      this.#lock.release()
    }
  }
}

/** Expiries of prompts hold no process. */
function standstillOf(state: RunState): Standstill | undefined {
  if (state.status === 'ended') return 'ended'
  if (Object.keys(state.calls).length > 0) return undefined
  if (state.status === 'paused') return 'paused'
  if (waitsForClock(state)) return undefined
  return Object.keys(state.prompts).length > 0 ? 'waiting' : undefined
}

function modeOf(value: Json | undefined): RunMode {
  return value === 'guided' || value === 'dry_run' ? value : 'unattended'
}

/** `helion-stackato-20270104-010000-3f2a`: sortable, readable, unique enough to be typed by its beginning. */
export function newRunId(name: string, now: number): string {
  const stamp = new Date(now).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  return `${name.replace(/[^A-Za-z0-9._-]+/g, '-')}-${stamp}-${randomUUID().slice(0, 4)}`
}

/** Where a target is reached by SSH, when it says so itself; a wrong entry is told when it is used. */
function sshAddresses(plan: Plan, name: string): readonly SshAddress[] {
  const target = plan.targets[name]
  if (!target?.connection || target.connection['port'] === undefined) return []
  try {
    return [sshAddressOf(target)]
  } catch {
    return []
  }
}

/** Written only while the lock is ours; in a rehearsal, time stands still while a record is flushed. */
function journalsOf(lock: RunLock, clock: JumpingClock | undefined): Journals {
  const store = new JournalStore({ mayWrite: () => lock.check() })
  if (!clock) return store
  return {
    read: (directory, onRecord) => store.read(directory, onRecord),
    async open(directory, onRecord) {
      const opened = await store.open(directory, onRecord)
      return { ...opened, writer: standingStill(opened.writer, clock) }
    },
  }
}
