import { type ActionContext, ActionFailure, type TargetView } from '../../ports/executor.ts'
import type { RemoteCommand, RemoteResult, SshAddress } from '../../ports/ssh.ts'
import { sshAddressOf } from '../../ports/ssh-address.ts'
import { classifyKato, tellingLine } from './kato-failure.ts'

/** What a command printed, decoded, with its exit code. */
export interface HostOutput {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** The node on which an action works. */
export function nodeOf(context: ActionContext): { readonly target: TargetView; readonly address: SshAddress } {
  const { target } = context
  if (!target) throw new ActionFailure('refused', 'this action needs a node as its target', { notApplied: true })
  return { target, address: sshAddressOf(target) }
}

/**
 * `kato` lives on the path of a login shell of the user `stackato`, and refuses root. The words stay words: the shell
 * only gets `"$@"`. As `$0` it bears the name that a login shell has, so that its messages read as the vendor shows them.
 */
export function loginShell(words: readonly string[]): readonly [string, ...string[]] {
  return ['bash', '-lc', '"$@"', '-bash', ...words]
}

/** Whoever logs in as another user works as `stackato` through sudo. */
export function asStackato(address: SshAddress): RemoteCommand['sudo'] {
  return address.user === undefined || address.user === 'stackato' ? undefined : { user: 'stackato', login: true }
}

/** Names the effect to the far side; the emulator logs it, and a real node shows it in the environment of the process. */
export function effectEnvironment(context: ActionContext): Record<string, string> {
  return { ROLLBOOK_EFFECT: context.effect, ROLLBOOK_FENCE: String(context.fence) }
}

export interface HostCommandOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly sudo?: RemoteCommand['sudo']
  readonly timeoutMs?: number
  readonly outputBytesMax?: number
}

/** Runs a command on the node; any exit code is an answer. */
export async function runOnHost(
  context: ActionContext,
  argv: readonly [string, ...string[]],
  options: HostCommandOptions = {},
): Promise<HostOutput> {
  const { address } = nodeOf(context)
  const session = await context.ports.ssh.session(address, context.signal)
  const sudo = options.sudo ?? asStackato(address)
  const result = await session.exec({
    argv,
    env: { ...effectEnvironment(context), ...options.env },
    ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
    ...(sudo === undefined ? {} : { sudo }),
    timeoutMs: Math.min(options.timeoutMs ?? context.deadlineMs, context.deadlineMs),
    signal: context.signal,
    outputBytesMax: options.outputBytesMax ?? 4_000_000,
  })
  return outputOf(result)
}

/** Runs `kato …` in a login shell of `stackato`; any exit code is an answer. */
export function askKato(
  context: ActionContext,
  words: readonly string[],
  options: HostCommandOptions = {},
): Promise<HostOutput> {
  return runOnHost(context, loginShell(['kato', ...words]), options)
}

/** Like {@link askKato}, and refuses any exit code but 0. */
export async function runKato(
  context: ActionContext,
  words: readonly string[],
  options: HostCommandOptions = {},
): Promise<HostOutput> {
  const output = await askKato(context, words, options)
  if (output.exitCode !== 0) throw failureOf(`kato ${words.join(' ')}`, output)
  return output
}

/** Says whether a login shell finds `kato`; after a failed installation of its own package it may be gone. */
export async function katoIsThere(context: ActionContext): Promise<boolean> {
  const output = await runOnHost(context, loginShell(['sh', '-c', 'command -v kato']), { timeoutMs: 30_000 })
  return output.exitCode === 0
}

/** The failure that a command ended with. */
export function failureOf(what: string, output: HostOutput): ActionFailure {
  const all = `${output.stdout}\n${output.stderr}`
  const { class: failureClass, advice } = classifyKato(output.exitCode, all)
  const line = tellingLine(output.stderr) || tellingLine(output.stdout)
  return new ActionFailure(failureClass, `${what}: exit code ${output.exitCode}${line ? `: ${line}` : ''}`, {
    advice,
    outputs: { exit_code: output.exitCode },
  })
}

function outputOf(result: RemoteResult): HostOutput {
  const decoder = new TextDecoder()
  const stdout = decoder.decode(result.stdout)
  const stderr = decoder.decode(result.stderr)
  if (result.exitCode === null) {
    throw new ActionFailure('process', `the command was ended by ${result.killedBy ?? 'a signal'}`, {
      advice: 'Somebody or something on the node ended it. Look at its logs.',
    })
  }
  return { exitCode: result.exitCode, stdout, stderr }
}
