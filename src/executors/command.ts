/** Runs a command where the step stands: on its target over SSH, or on control. */

import type { JsonObject } from '../base/json.ts'
import { type ActionContext, ActionFailure } from '../ports/executor.ts'
import { sshAddressOf } from '../ports/ssh-address.ts'
import { isSet, objectOf, optionalText, revealText } from './arguments.ts'
import { lastLine } from './wording.ts'

export interface Sudo {
  readonly user?: string
  readonly password?: string
  readonly login?: boolean
}

export interface Command {
  readonly argv: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly cwd?: string
  /** Only on a target. */
  readonly sudo?: Sudo
  readonly timeoutMs: number
  readonly outputBytesMax?: number
  readonly onOutput?: (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void
}

export interface CommandResult {
  readonly exitCode: number | null
  readonly killedBy: string | null
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
  readonly truncated: boolean
}

export async function runCommand(context: ActionContext, command: Command): Promise<CommandResult> {
  const { sudo, ...rest } = command
  const spec = { ...rest, signal: context.signal }
  if (context.target === undefined) return await context.ports.processes.run(spec)
  const session = await context.ports.ssh.session(sshAddressOf(context.target), context.signal)
  return await session.exec(sudo === undefined ? spec : { ...spec, sudo })
}

/** A script of ours in the shell of POSIX; arguments are `$1` and so on. */
export function shell(script: string, ...args: readonly string[]): readonly [string, ...string[]] {
  return ['sh', '-c', script, 'rollbook', ...args]
}

/** Reads `sudo: true` or `sudo: {user, password, login}`. */
export async function sudoOf(context: ActionContext, args: JsonObject): Promise<Sudo | undefined> {
  if (typeof args['sudo'] === 'boolean') return args['sudo'] ? {} : undefined
  const sudo = objectOf(args, 'sudo')
  if (sudo === undefined) return undefined
  const user = optionalText(sudo, 'user')
  const password = await revealText(context, sudo, 'password')
  return {
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(isSet(sudo, 'login') ? { login: true } : {}),
  }
}

export function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

/** What to say of a command that ended otherwise than expected. */
export function howItEnded(context: ActionContext, result: CommandResult): string {
  const lineOf = (bytes: Uint8Array): string => lastLine(context.hide(decode(bytes), result.truncated))
  const said = lineOf(result.stderr) || lineOf(result.stdout)
  const end = result.killedBy === null ? `exit code ${result.exitCode}` : `killed by ${result.killedBy}`
  return said === '' ? end : `${end}: ${said}`
}

/** The failure of a command of ours that should have worked. */
export function commandFailed(context: ActionContext, what: string, result: CommandResult): ActionFailure {
  return new ActionFailure('process', `${what} failed with ${howItEnded(context, result)}`, {
    outputs: { exit_code: result.exitCode },
  })
}

/** Longest beginning of a line that is given on; the rest of such a line is passed over. */
const lineCharsMax = 100_000

/** Cuts output into lines for the progress log; a line without an end comes out at `end`. */
export function makeLineReader(onLine: (line: string) => void): { push(chunk: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder()
  let rest = ''
  let isGiven = false
  const give = (line: string): void => {
    if (!isGiven) onLine(line)
    isGiven = false
  }
  return {
    push(chunk) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/)
      rest = lines.pop() ?? ''
      lines.forEach(give)
      if (rest.length > lineCharsMax) {
        give(rest)
        isGiven = true
        rest = ''
      }
    },
    end() {
      if (rest !== '') give(rest)
      rest = ''
      isGiven = false
    },
  }
}
