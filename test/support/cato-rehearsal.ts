/** The shipped runbook for Cato Sockets against an emulated account, in one process and on one clock that jumps. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { type CatoEmulator, type CatoEmulatorOptions, startCatoEmulator } from '../../src/app/cato-emulator.ts'
import { JumpingClock } from '../../src/app/rehearsal-clock.ts'
import { RunReader } from '../../src/app/run-reader.ts'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from './captured-io.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Saturday evening in Europe, three hours and a little before the first window of these tests opens. */
export const saturdayEvening: number = Date.parse('2027-03-06T21:30:00Z')

export interface CatoRehearsalOptions extends Partial<Omit<CatoEmulatorOptions, 'directory' | 'clock'>> {
  /** Changes the runbook's text before it is run. */
  readonly edit?: (runbook: string) => string
  /** Values of inputs besides those that ship, as `name=value`. */
  readonly set?: readonly string[]
  /** Called when the account is there and nothing has begun. */
  readonly prepare?: (emulator: CatoEmulator, clock: JumpingClock) => void
}

export interface CatoRehearsal {
  readonly folder: string
  readonly code: number
  /** What the run wrote on the screen. */
  readonly output: string
  readonly emulator: CatoEmulator
  readonly clock: JumpingClock
  readonly reader: RunReader
  /** How the rollout left a target. */
  fate(target: string): { readonly state: string; readonly attempt: number; readonly class?: string }
  /** Minutes after its window opened at which tries of the Socket began, as the account saw it. */
  starts(socket: string): readonly number[]
  /** The same for the end of the last try, good or not. */
  end(socket: string): number | undefined
  /** Action of the Socket's events in the account's feed, in order. */
  events(socket: string): readonly string[]
  /** Names of the lane's targets by the state in which they ended. */
  lane(zone: string): Readonly<Record<string, readonly string[]>>
}

export const catoFiles = ['cato-sockets.yaml', 'cato-sockets.values.yaml', 'cato-sockets.answers.yaml'] as const
/** Sundays at one in the time zone of the target; the offset counts on 7 March 2027. */
const opensUtc: Readonly<Record<string, number>> = {
  'Europe/Berlin': Date.parse('2027-03-07T00:00:00Z'),
  'Europe/Paris': Date.parse('2027-03-07T00:00:00Z'),
  'Europe/London': Date.parse('2027-03-07T01:00:00Z'),
  'Asia/Kolkata': Date.parse('2027-03-06T19:30:00Z'),
}

export async function rehearseCato(options: CatoRehearsalOptions = {}): Promise<CatoRehearsal> {
  const { edit, set, prepare, ...more } = options
  const folder = temporaryFolder()
  for (const name of catoFiles) cpSync(`runbooks/${name}`, join(folder, name))
  if (edit) {
    const file = join(folder, catoFiles[0])
    writeFileSync(file, edit(readFileSync(file, 'utf8')))
  }
  const clock = new JumpingClock(more.startAt ?? saturdayEvening)
  const account = { sites: 8, zones: ['Europe/Berlin'], ...more }
  const emulator = await startCatoEmulator({ directory: join(folder, 'account'), clock, ...account })
  onTestFinished(() => emulator.close())
  prepare?.(emulator, clock)
  const io = captureIo({ cwd: folder, clock, now: () => clock.now() })
  const [runbook, values, answers] = catoFiles
  const words = ['run', runbook, '-i', 'account/inventory.yaml', '--values', values, '--unattended']
  const given = (set ?? []).flatMap((value) => ['--set', value])
  const code = await runCli([...words, '--answers', answers, '--id', 'r', ...given], io)
  const output = `${io.out()}\n${io.err()}`
  expect(output).not.toContain('internal failure')
  const reader = await RunReader.open(folder, 'r')
  const rollout = reader.state.steps['upgrade/sockets']!.rollout!
  const zoneOf = (socket: string): string => reader.plan.targets[socket]!.time_zone!
  const minutes = (socket: string, what: RegExp): readonly number[] =>
    emulator
      .effects()
      .filter((effect) => effect.kind === 'phase' && effect.socket === socket && what.test(effect.what))
      .map((effect) => Math.round((Date.parse(effect.at) - opensUtc[zoneOf(socket)]!) / 6000) / 10)
  return {
    folder,
    code,
    output,
    emulator,
    clock,
    reader,
    fate: (target) => {
      const { state, attempt, class: failure } = rollout.targets[target]!
      return { state, attempt, ...(failure === undefined || state === 'succeeded' ? {} : { class: failure }) }
    },
    starts: (socket) => minutes(socket, /^started$/),
    end: (socket) => minutes(socket, /^(succeeded|failed|skipped|rolling back)/).at(-1),
    events: (socket) =>
      emulator
        .events()
        .filter((event) => event['device_name'] === socket)
        .map((event) => event['action'] ?? ''),
    lane: (zone) => {
      const byState: Record<string, string[]> = {}
      for (const [name, { lane, state }] of Object.entries(rollout.targets))
        if (lane === zone) (byState[state] ??= []).push(name)
      return byState
    },
  }
}
