/** A shipped Aviatrix runbook on an emulated controller, in one process, on a clock that jumps from wait to wait. */
import { copyFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import {
  type AviatrixEmulator,
  type AviatrixEmulatorOptions,
  startAviatrixEmulator,
} from '../../src/executors/aviatrix/emulator/index.ts'
import { JumpingClock } from '../../src/node/jumping-clock.ts'
import { type CapturedIo, captureIo } from '../support/captured-io.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { root } from './aviatrix-plans.ts'

export interface Network {
  readonly emulator: AviatrixEmulator
  readonly clock: JumpingClock
  readonly cwd: string
  /** Any command line, on the clock of the network. */
  command(...words: readonly string[]): Promise<{ readonly code: number; readonly io: CapturedIo }>
  /** The whole runbook as run `r`, unattended, with the shipped values and answers. */
  run(runbook: string, ...more: readonly string[]): Promise<{ readonly code: number; readonly io: CapturedIo }>
}

/** Friday half an hour before the window of the platform runbook opens; ends with the test. */
export async function startNetwork(options: Partial<AviatrixEmulatorOptions> = {}): Promise<Network> {
  const cwd = temporaryFolder()
  for (const file of readdirSync(join(root, 'runbooks')).filter((each) => each.startsWith('aviatrix'))) {
    copyFileSync(join(root, 'runbooks', file), join(cwd, file))
  }
  const clock = new JumpingClock(Date.UTC(2027, 2, 5, 21, 30))
  const emulator = await startAviatrixEmulator({ directory: join(cwd, 'network'), clock, gateways: 6, ...options })
  onTestFinished(() => emulator.close())
  const command: Network['command'] = async (...words) => {
    const io = captureIo({ cwd, clock, now: () => clock.now(), env: process.env })
    return { code: await runCli(words, io), io }
  }
  return {
    emulator,
    clock,
    cwd,
    command,
    run: (runbook, ...more) =>
      command(
        ...['run', `${runbook}.yaml`, '-i', 'network/inventory.yaml', '--values', `${runbook}.values.yaml`],
        ...['--unattended', '--answers', `${runbook}.answers.yaml`, '--id', 'r', ...more],
      ),
  }
}
