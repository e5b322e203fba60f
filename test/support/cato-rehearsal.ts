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

/** Saturday evening in Europe, an hour and a half before the first window of these tests opens, in India. */
export const saturdayEvening: number = Date.parse('2027-03-06T18:00:00Z')

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
  /** Whole minutes after its window opened at which tries of the Socket began, as the account saw it; calls wait for their turn. */
  starts(socket: string): readonly number[]
  /** The same for the end of the last try, good or not. */
  end(socket: string): number | undefined
  /** Action of the Socket's events in the account's feed, in order. */
  events(socket: string): readonly string[]
  /** Names of the lane's targets by the state in which they ended. */
  lane(zone: string): Readonly<Record<string, readonly string[]>>
  /** What a Socket runs now, as the account has it. */
  version(socket: string): string
  /** What people were told and asked at a step. */
  prompt(step: string): string
  /** The vendor publishes a version on the next day, and the same runbook brings it in the next window. */
  again(release: { readonly publish: string }): Promise<CatoRehearsal>
}

/** Events of the account's feed with this action. */
export function catoFeed(emulator: CatoEmulator, action: string): readonly Readonly<Record<string, string>>[] {
  return emulator.events().filter((event) => event['action'] === action)
}

export const catoFiles = ['cato-sockets.yaml', 'cato-sockets.values.yaml', 'cato-sockets.answers.yaml'] as const
/** Sundays at one in the time zone of the target; the offset counts on 7 March 2027. */
const opensUtc: Readonly<Record<string, number>> = {
  'Europe/Berlin': Date.parse('2027-03-07T00:00:00Z'),
  'Europe/Madrid': Date.parse('2027-03-07T00:00:00Z'),
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
  return carryOut({ folder, emulator, clock }, 'r', set ?? [])
}

type World = Pick<CatoRehearsal, 'folder' | 'emulator' | 'clock'>

async function carryOut(world: World, id: string, set: readonly string[]): Promise<CatoRehearsal> {
  const { folder, emulator, clock } = world
  const io = captureIo({ cwd: folder, clock, now: () => clock.now() })
  const [runbook, values, answers] = catoFiles
  const words = ['run', runbook, '-i', 'account/inventory.yaml', '--values', values, '--unattended']
  const given = set.flatMap((value) => ['--set', value])
  const code = await runCli([...words, '--answers', answers, '--id', id, ...given], io)
  const output = `${io.out()}\n${io.err()}`
  expect(output).not.toContain('internal failure')
  const reader = await RunReader.open(folder, id)
  const { state } = reader
  const rollout = state.steps['upgrade/sockets']?.rollout
  if (rollout === undefined) throw new Error(`the rollout never began:\n${output}`)
  const zoneOf = (socket: string): string => reader.plan.targets[socket]!.time_zone!
  const minutes = (socket: string, what: RegExp): readonly number[] =>
    emulator
      .effects()
      .filter((effect) => effect.kind === 'phase' && effect.socket === socket && what.test(effect.what))
      .map((effect) => Math.round((Date.parse(effect.at) - opensUtc[zoneOf(socket)]!) / 60_000))
  return {
    ...world,
    code,
    output,
    reader,
    fate: (target) => {
      const { state: end, attempt, class: failure } = rollout.targets[target]!
      return { state: end, attempt, ...(failure === undefined || end === 'succeeded' ? {} : { class: failure }) }
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
      for (const [name, target] of Object.entries(rollout.targets))
        if (target.lane === zone) (byState[target.state] ??= []).push(name)
      return byState
    },
    version: (socket) => socketsOf(emulator).find(({ name }) => name === socket)!.version,
    prompt: (step) => state.answered.findLast((prompt) => prompt.step === step)?.message ?? '',
    again: async ({ publish }) => {
      await clock.sleep(24 * 3_600_000)
      emulator.publish(publish)
      return carryOut(world, `${id}-${publish}`, [...set, `release=${publish}`])
    },
  }
}

function socketsOf(emulator: CatoEmulator) {
  return emulator.state().sites.flatMap((site) => site.sockets)
}
