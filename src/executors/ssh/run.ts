import type { JsonObject } from '../../base/json.ts'
import { type Action, type ActionContext, ActionFailure, type Capabilities } from '../../ports/executor.ts'
import type { SshAddress } from '../../ports/ssh.ts'
import { sshAddressOf } from '../../ports/ssh-address.ts'
import { durationMs, isSet, optionalText, revealMap, revealText, timeoutMsOf } from '../arguments.ts'
import { type CommandResult, runCommand, type Sudo, sudoOf } from '../command.ts'
import {
  argvOf,
  concludeProcess,
  evidenceBytesMax,
  expectedExits,
  probeByCommand,
  processCapabilities,
  processOutputs,
  processProblems,
  processSchema,
  progressOf,
  rehearse,
} from '../process-schema.ts'
import { choice, duration, flag, object, text } from '../schema.ts'
import { sudoSchema } from '../sudo-schema.ts'
import { shown, shownCommand, shownEnvironment } from '../wording.ts'
import { probeDetached, runDetached } from './detached.ts'

const cautious: Capabilities = {
  effect: 'change',
  idempotent: false,
  probe: true,
  dry_run: true,
  reversible: false,
  resumable: false,
}

const hourMs = 3_600_000

export const run: Action = {
  name: 'ssh.run',
  title: 'Run a command on a target',
  description:
    'Runs a command or a script on the target over SSH. Nothing on the way interprets the arguments. With `detached: true` the work is started under a marker on the target, survives a lost connection and a dead engine, and is attached to afterwards; it is started at most once. Without it, a command that was cut off leaves its effect unknown unless `probe` or `idempotent` says more.',
  with: object({
    ...processSchema,
    sudo: sudoSchema,
    detached: flag(
      'Detached',
      'Starts the work so that it survives a lost connection, and collects it. For everything that takes minutes.',
      {
        default: false,
      },
    ),
    marker: text(
      'Marker folder',
      'With `detached`: where markers are kept on the target, full or relative to the home folder.',
      {
        default: '.rollbook/effects',
      },
    ),
    at_deadline: choice(
      'At the deadline',
      'With `detached`: whether the work is left running or ended (TERM, then KILL for its whole group) at the deadline and on cancel.',
      ['leave', 'end'],
      { default: 'leave' },
    ),
    timeout: duration('Timeout', 'Longest time for the command, within the deadline of the step.', {
      examples: ['10m'],
    }),
  }),
  outputs: processOutputs,
  capabilities: cautious,
  capabilitiesOf: (args) => processCapabilities(args, cautious),
  duration: { expected_ms: 10_000, worst_ms: hourMs },
  runs_on: 'target',
  example: { command: ['systemctl', 'restart', 'nginx'], sudo: true, probe: ['systemctl', 'is-active', 'nginx'] },
  describe(args, target) {
    const who = args['sudo'] === undefined || args['sudo'] === false ? '' : 'sudo '
    const what = args['script'] === undefined ? shownCommand(args) : shown(args['script'])
    const how = args['detached'] === true ? ' (detached)' : ''
    const where = target === undefined ? '' : `${target.name}: `
    return `${where}${shownEnvironment(args)}${who}${what}${how}`
  },
  check(args) {
    const lonely = ['marker', 'at_deadline'].filter(
      (name) => args[name] !== undefined && args['detached'] === undefined,
    )
    return [...processProblems(args), ...lonely.map((name) => `\`${name}\` needs \`detached: true\``)]
  },
  async perform(context, args) {
    const address = addressOf(context)
    const progress = progressOf(context)
    const spec = await specOf(context, args)
    const result = isSet(args, 'detached')
      ? await runLong(context, address, args, { ...spec, onOutput: progress.onOutput })
      : await runCommand(context, {
          ...spec,
          timeoutMs: timeoutMsOf(context, args, context.deadlineMs),
          outputBytesMax: evidenceBytesMax,
          onOutput: progress.onOutput,
        })
    progress.end()
    return await concludeProcess(context, args, result, `${spec.argv[0]} on ${address.target}`)
  },
  async probe(context, args) {
    const sudo = await sudoOf(context, args)
    if (!isSet(args, 'detached')) return await probeByCommand(context, args, sudo)
    return await probeDetached(context, addressOf(context), {
      ...placeOf(args, sudo),
      expectExit: expectedExits(args),
    })
  },
  async dryRun(context, args) {
    addressOf(context)
    return await rehearse(context, args, await sudoOf(context, args))
  },
}

interface Spec {
  readonly argv: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly cwd?: string
  readonly sudo?: Sudo
}

async function specOf(context: ActionContext, args: JsonObject): Promise<Spec> {
  const env = await revealMap(context, args, 'env')
  const stdin = await revealText(context, args, 'stdin')
  const cwd = optionalText(args, 'cwd')
  const sudo = await sudoOf(context, args)
  return {
    argv: argvOf(args),
    ...(env === undefined ? {} : { env }),
    ...(stdin === undefined ? {} : { stdin }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(sudo === undefined ? {} : { sudo }),
  }
}

async function runLong(
  context: ActionContext,
  address: SshAddress,
  args: JsonObject,
  spec: Spec & { readonly onOutput: (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void },
): Promise<CommandResult> {
  const timeoutMs = durationMs(args, 'timeout', context.deadlineMs)
  const over = new AbortController()
  const late = new AbortController()
  // The argument may end the patience before the step's deadline does.
  context.ports.clock.sleep(Math.min(timeoutMs, context.deadlineMs), over.signal).then(
    () => late.abort(new ActionFailure('timeout', `not ended within ${timeoutMs} ms`)),
    () => undefined,
  )
  try {
    const patient = { ...context, signal: AbortSignal.any([context.signal, late.signal]) }
    const result = await runDetached(patient, address, {
      ...spec,
      ...placeOf(args, spec.sudo),
      outputBytesMax: evidenceBytesMax,
      atDeadline: optionalText(args, 'at_deadline') === 'end' ? 'end' : 'leave',
    })
    return { ...result, killedBy: null }
  } finally {
    over.abort()
  }
}

function placeOf(args: JsonObject, sudo: Sudo | undefined): { sudo?: Sudo; markerFolder?: string } {
  const markerFolder = optionalText(args, 'marker')
  return {
    ...(sudo === undefined ? {} : { sudo }),
    ...(markerFolder === undefined ? {} : { markerFolder }),
  }
}

function addressOf(context: ActionContext): SshAddress {
  if (context.target !== undefined) return sshAddressOf(context.target)
  throw new ActionFailure('process', 'ssh.run needs a target', { advice: 'Give the step `on`.', notApplied: true })
}
