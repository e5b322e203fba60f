import type { Action, Capabilities } from '../../ports/executor.ts'
import { optionalText, revealMap, revealText, timeoutMsOf } from '../arguments.ts'
import { runCommand } from '../command.ts'
import {
  argvOf,
  concludeProcess,
  evidenceBytesMax,
  probeByCommand,
  processCapabilities,
  processOutputs,
  processProblems,
  processSchema,
  progressOf,
  rehearse,
} from '../process-schema.ts'
import { duration, object, text } from '../schema.ts'
import { shown, shownCommand, shownEnvironment } from '../wording.ts'

const cautious: Capabilities = {
  effect: 'change',
  idempotent: false,
  probe: true,
  dry_run: true,
  reversible: false,
  resumable: false,
}

export const run: Action = {
  name: 'local.run',
  title: 'Run a command on control',
  description:
    'Runs a command or a script on the machine of the engine; in a step on targets once for each of them, with `${{ target.name }}` and the like in its arguments. It gets a small fixed environment and what `env` adds, and nothing else of the engine’s. At the deadline, on cancel and when the program has ended, its whole process group is ended.',
  with: object({
    ...processSchema,
    cwd: text('Working folder', 'Where it runs. Default: the folder in which Rollbook was started.'),
    timeout: duration('Timeout', 'Longest time for the command, within the deadline of the step.', {
      examples: ['10m'],
    }),
  }),
  outputs: processOutputs,
  capabilities: cautious,
  capabilitiesOf: (args) => processCapabilities(args, cautious),
  duration: { expected_ms: 5000, worst_ms: 600_000 },
  runs_on: 'both',
  example: { command: ['git', 'pull', '--ff-only'], cwd: '/srv/config', idempotent: true },
  describe: (args) =>
    `${shownEnvironment(args)}${args['script'] === undefined ? shownCommand(args) : shown(args['script'])}`,
  check: processProblems,
  async perform(context, args) {
    const words = argvOf(args)
    const env = await revealMap(context, args, 'env')
    const stdin = await revealText(context, args, 'stdin')
    const cwd = optionalText(args, 'cwd')
    const progress = progressOf(context)
    const { target: _, ...onControl } = context
    const result = await runCommand(onControl, {
      argv: words,
      ...(env === undefined ? {} : { env }),
      ...(stdin === undefined ? {} : { stdin }),
      ...(cwd === undefined ? {} : { cwd }),
      timeoutMs: timeoutMsOf(context, args, context.deadlineMs),
      outputBytesMax: evidenceBytesMax,
      onOutput: progress.onOutput,
    })
    progress.end()
    return await concludeProcess(context, args, result, `${words[0]} on control`)
  },
  async probe(context, args) {
    const { target: _, ...onControl } = context
    return await probeByCommand(onControl, args, undefined)
  },
  async dryRun(context, args) {
    const { target: _, ...onControl } = context
    return await rehearse(onControl, args, undefined)
  },
}
