/**
 * Turns a remote command into one line for the login shell of a POSIX system.
 *
 * 1. The shell first prints a mark and its process id. sshd gives every command a process group led by that shell, so
 *    the id is all that is needed to end the group later. It costs a builtin and no process.
 * 2. Then the shell replaces itself by the program: nothing stands between sshd and the program, and signals and exit
 *    codes arrive as they are. Builtins run inside the shell, for the same price.
 * 3. Variables arrive by standard input, as one line that the shell's `read` takes byte by byte, so that not a byte of
 *    the program's own input is lost. The command line holds names of no variable and values of none.
 * 4. Through sudo the mark is printed a second time, by the shell that sudo starts: only then does anything but a
 *    password go down the line.
 */
import { randomBytes } from 'node:crypto'
import { ActionFailure } from '../../ports/executor.ts'
import type { RemoteCommand } from '../../ports/ssh.ts'
import { quoteWord, quoteWords } from './shell-quote.ts'

/** Told apart from all other output by chance: drawn once per process. */
const token = randomBytes(5).toString('hex')

/** Stands before the process id of the login shell, at the start of a line. */
export const shellMark: string = `rb-${token}:`
/** Stands before the process id of the shell that sudo started. */
export const sudoMark: string = `rb-${token}=`
/** Stands after what the profile of another user's login shell may have printed. */
export const loginMark: string = `rb-${token}#`
/** Stands before the exit code that a wrapper reports on standard error. */
export const exitMark: string = `rb-${token}!`
/** What sudo prints on standard error when it wants the password. */
export const sudoPrompt: string = `[rb-${token}?]`

const builtins: ReadonlySet<string> = new Set(
  ': [ alias cd command echo eval export false getopts hash kill printf pwd read set test true type ulimit umask unset wait'.split(
    ' ',
  ),
)

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/

export interface CommandLine {
  readonly line: string
  /** Goes before the program's own standard input; empty when there are no variables. */
  readonly prelude: string
  /** Marks in the order in which they appear; what comes after the last one is the program's own output. */
  readonly marks: readonly string[]
}

type Parts = Pick<RemoteCommand, 'argv' | 'env' | 'cwd' | 'sudo'>

/** @throws ActionFailure `process` for what no shell can be told: NUL characters, names that are no variable names */
export function makeCommandLine(command: Parts): CommandLine {
  const prelude = exportLine(command.env ?? {})
  const setUp = (prelude === '' ? '' : 'IFS= read -r rb_e||exit 1;eval "$rb_e";') + changeFolder(command)
  if (command.sudo === undefined) {
    const program = builtins.has(command.argv[0]) ? '' : 'exec '
    return {
      line: `echo ${shellMark}$$;${setUp}${program}${quoteWords(command.argv)}`,
      prelude,
      marks: [shellMark],
    }
  }
  const run = command.sudo.login
    ? `exec "\${SHELL:-/bin/sh}" -l -c ${quoteWord(`echo ${loginMark}$$;exec "$0" "$@"`)} "$@"`
    : 'exec "$@"'
  const inner = `echo ${sudoMark}$$;${setUp}${run}`
  const words = [...sudoWords(command.sudo), 'sh', '-c', inner, 'sh', ...command.argv]
  const marks = command.sudo.login ? [shellMark, sudoMark, loginMark] : [shellMark, sudoMark]
  return { line: `echo ${shellMark}$$;exec ${quoteWords(words)}`, prelude, marks }
}

/** Never a password in here: sudo asks for it on standard error and reads it from standard input. */
function sudoWords(sudo: NonNullable<RemoteCommand['sudo']>): string[] {
  return [
    'sudo',
    ...(sudo.password === undefined ? ['-n'] : ['-S', '-p', sudoPrompt]),
    ...(sudo.login ? ['-H'] : []),
    ...(sudo.user === undefined ? [] : ['-u', sudo.user]),
    '--',
  ]
}

/** A relative folder starts from where the login starts, whatever CDPATH says there. */
function changeFolder({ cwd, sudo }: Parts): string {
  if (cwd === undefined) return sudo?.login ? 'cd "$HOME"||exit 1;' : ''
  return `cd ${quoteWord(cwd.startsWith('/') ? cwd : `./${cwd}`)}||exit 1;`
}

/** One line of shell text that exports all variables; line breaks inside values are put together from `$rb_n`. */
function exportLine(env: Readonly<Record<string, string>>): string {
  const names = Object.keys(env)
  if (names.length === 0) return ''
  const assignments = names.map((name) => {
    if (!variableName.test(name)) {
      throw new ActionFailure('process', `"${name}" cannot be the name of an environment variable`, {
        advice: 'Use letters, digits and underscores, and no digit first.',
      })
    }
    return `${name}=${(env[name] ?? '').split('\n').map(quoteWord).join('"$rb_n"')}`
  })
  const text = assignments.join(' ')
  const lineBreak = text.includes('"$rb_n"') ? `rb_n=$(printf '\\nx');rb_n=\${rb_n%x};` : ''
  return `${lineBreak}export ${text}\n`
}
