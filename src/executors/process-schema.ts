/** Schema parts and outcomes that `ssh.run` and `local.run` share. */
import type { JsonObject } from '../base/json.ts'
import {
  type ActionContext,
  ActionFailure,
  type ActionResult,
  type Capabilities,
  type JsonSchema,
  type ProbeResult,
} from '../ports/executor.ts'
import { commandOf, optionalText, revealMap, textList, timeoutMsOf, wholeNumbers } from './arguments.ts'
import { type CommandResult, decode, howItEnded, makeLineReader, runCommand, type Sudo, shell } from './command.ts'
import { argv, choice, environment, flag, list, object, secretText, text, whole } from './schema.ts'

/** Characters of each stream that stand in the outputs; beyond it the whole stream is kept as evidence. */
export const outputCharsMax = 65_536
/** Bytes of each stream that are kept as evidence. */
export const evidenceBytesMax: number = 64 << 20
/** A script travels as one argument; Linux takes at most 128 KiB for one. */
const scriptCharsMax = 100_000

export const processSchema: Readonly<Record<string, JsonSchema>> = {
  command: argv('Command', 'Program and arguments, as they are; no shell looks at them. Never a secret.'),
  script: text('Script', 'Text for a shell, instead of `command`. Never a secret: use `env`.', { minLength: 1 }),
  shell: list(
    'Shell',
    'Program that runs `script`; it gets the option `-c` and the text.',
    text('Word', 'Program or option.'),
    {
      default: ['sh'],
    },
  ),
  stdin: secretText('Standard input', 'Text for the program’s standard input.'),
  env: environment,
  cwd: text('Working folder', 'Where it runs. Default: the home folder.'),
  expect_exit: list('Expected exit codes', 'Codes that count as success.', whole('Exit code', 'From 0 to 255.'), {
    default: [0],
  }),
  effect: choice(
    'Effect',
    'What it does, which only the author knows: `none` reads only, and then a dry run performs it; `disruptive` means that users notice.',
    ['none', 'change', 'disruptive'],
    { default: 'change' },
  ),
  idempotent: flag(
    'Idempotent',
    'Running it twice does the same as running it once; then it may be repeated after a crash.',
    {
      default: false,
    },
  ),
  probe: argv(
    'Probe',
    'Command that tells afterwards whether the effect is there: exit code 0 says yes, 1 says no. It must change nothing. It runs in the same folder and with the same variables.',
  ),
}

export const processOutputs: JsonSchema = object(
  {
    exit_code: whole('Exit code', 'As the program ended.'),
    stdout: text(
      'Standard output',
      `Trimmed, at most ${outputCharsMax} characters; all of it is evidence when there was more.`,
    ),
    stderr: text(
      'Standard error',
      `Trimmed, at most ${outputCharsMax} characters; all of it is evidence when there was more.`,
    ),
  },
  ['exit_code', 'stdout', 'stderr'],
)

/** What the author says of the effect, cautiously where an expression stands. */
export function processCapabilities(args: JsonObject, base: Capabilities): Capabilities {
  const { effect } = args
  const known = effect === 'none' || effect === 'disruptive' ? effect : 'change'
  return {
    ...base,
    effect: known,
    idempotent: known === 'none' || args['idempotent'] === true,
    probe: base.probe && (args['probe'] !== undefined || args['detached'] === true),
    resumable: args['detached'] === true,
  }
}

export function processProblems(args: JsonObject): readonly string[] {
  const count = Number(args['command'] !== undefined) + Number(args['script'] !== undefined)
  const script = args['script']
  return [
    ...(count === 1 ? [] : ['give exactly one of `command` and `script`']),
    ...(args['shell'] !== undefined && args['script'] === undefined ? ['`shell` needs `script`'] : []),
    ...(typeof script === 'string' && script.length > scriptCharsMax
      ? [`\`script\` is longer than ${scriptCharsMax} characters; copy it as a file and run that`]
      : []),
  ]
}

/** The argument list, whether a command or a script was given. */
export function argvOf(args: JsonObject): readonly [string, ...string[]] {
  const [problem] = processProblems(args)
  if (problem !== undefined)
    throw new ActionFailure('process', problem, { advice: 'Correct the runbook.', notApplied: true })
  if (args['script'] === undefined) return commandOf(args, 'command')
  const script = optionalText(args, 'script') ?? ''
  const [program, ...options] = textList(args, 'shell')
  return [program ?? 'sh', ...options, '-c', script]
}

export function expectedExits(args: JsonObject): readonly number[] {
  return wholeNumbers(args, 'expect_exit', [0])
}

/** Outputs, evidence and verdict of a program that has ended. */
export async function concludeProcess(
  context: ActionContext,
  args: JsonObject,
  result: CommandResult,
  what: string,
): Promise<ActionResult> {
  const stdout = await keepStream(context, 'stdout', result.stdout, result.truncated)
  const stderr = await keepStream(context, 'stderr', result.stderr, result.truncated)
  const outputs = { exit_code: result.exitCode, stdout, stderr }
  if (result.exitCode !== null && expectedExits(args).includes(result.exitCode)) {
    const last = context.hide(stdout.split('\n').at(-1) ?? '')
    return { outputs, summary: last === '' ? `exit code ${result.exitCode}` : last.slice(0, 200) }
  }
  throw new ActionFailure('process', `${what}: ${howItEnded(context, result)}`, {
    outputs,
    advice: 'Read its output, cure the cause, then try again.',
  })
}

async function keepStream(
  context: ActionContext,
  name: 'stdout' | 'stderr',
  bytes: Uint8Array,
  isTruncated: boolean,
): Promise<string> {
  const content = decode(bytes).trim()
  if (content.length <= outputCharsMax && !isTruncated) return content
  const whole = isTruncated ? context.hide(decode(bytes), true) : bytes
  await context.keepEvidence(`${name}.txt`, 'text/plain; charset=utf-8', whole)
  return context.hide(content, isTruncated).slice(0, outputCharsMax)
}

/** Shows output line by line as it comes. */
export function progressOf(context: ActionContext): {
  readonly onOutput: (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void
  readonly end: () => void
} {
  const readers = {
    stdout: makeLineReader((line) => context.log(line)),
    stderr: makeLineReader((line) => context.log(line)),
  }
  return {
    onOutput: (stream, chunk) => readers[stream].push(chunk),
    end() {
      readers.stdout.end()
      readers.stderr.end()
    },
  }
}

const inFolder = 'cd "$1" || exit 125; shift; exec "$@"'

/** Asks the author's probe. */
export async function probeByCommand(
  context: ActionContext,
  args: JsonObject,
  sudo: Sudo | undefined,
): Promise<ProbeResult> {
  if (args['probe'] === undefined) return { state: 'unknown', summary: 'nothing tells whether it took effect' }
  const words = commandOf(args, 'probe')
  const cwd = optionalText(args, 'cwd')
  const env = await revealMap(context, args, 'env')
  const isOnTarget = context.target !== undefined
  const result = await runCommand(context, {
    // A folder that is gone says neither yes nor no.
    argv: cwd === undefined || !isOnTarget ? words : shell(inFolder, cwd.startsWith('/') ? cwd : `./${cwd}`, ...words),
    ...(cwd === undefined || isOnTarget ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
    ...(sudo === undefined ? {} : { sudo }),
    timeoutMs: Math.min(60_000, context.deadlineMs),
  })
  const said = `${words[0]} says ${howItEnded(context, result)}`
  if (result.exitCode === 0) return { state: 'applied', summary: said }
  if (result.exitCode === 1) return { state: 'not_applied', summary: said }
  return { state: 'unknown', summary: said }
}

/** A rehearsal: the machine is reached, the program and the folder are there. What the program would do is not known. */
export async function rehearse(
  context: ActionContext,
  args: JsonObject,
  sudo: Sudo | undefined,
): Promise<{ readonly coverage: 'simulated'; readonly summary: string }> {
  const [program] = argvOf(args)
  const cwd = optionalText(args, 'cwd') ?? ''
  const result = await runCommand(context, {
    argv: shell(
      '[ -z "$2" ] || cd "$2" || exit 1; command -v "$1" >/dev/null || { echo "$1: not found" >&2; exit 1; }',
      program,
      cwd,
    ),
    ...(sudo === undefined ? {} : { sudo }),
    timeoutMs: Math.min(timeoutMsOf(context, args, 60_000), 60_000),
  })
  if (result.exitCode !== 0) throw new ActionFailure('process', `it could not run: ${howItEnded(context, result)}`)
  return { coverage: 'simulated', summary: `${program} is there and could be started; what it would do was not tried` }
}
