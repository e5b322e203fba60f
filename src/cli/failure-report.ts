import { mkdirSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { RollbookError, UsageError } from '../base/error.ts'
import { version } from '../base/version.ts'
import { type ExitCode, exitCodes } from './command.ts'
import { type CliIo, note, say } from './io.ts'
import { refusedFile } from './refused-file.ts'
import { makeStyle } from './style.ts'

/** A failure as a program reads it. */
interface FailureInJson {
  /** What `rollbook explain` takes; absent when Rollbook itself failed. */
  readonly code?: string
  readonly message: string
  readonly hint?: string
  readonly exit_code: ExitCode
  /** Where the details of an internal failure are. */
  readonly details_file?: string
}

/**
 * Prints what went wrong, in sentences, with the code that `rollbook explain` takes and without a stack trace. Where JSON
 * was asked for, `stdout` gets it too, as `{ "failure": … }`.
 *
 * @returns the exit code that it means
 */
export function reportFailure(error: unknown, words: readonly string[], io: CliIo): ExitCode {
  const told = error instanceof RollbookError ? error : refusedFile(error, io.cwd)
  const failure = told ? tellFailure(told, io) : tellInternal(error, words, io)
  if (asksForJson(words)) say(io, JSON.stringify({ failure }, undefined, 2))
  return failure.exit_code
}

function tellFailure(error: RollbookError, io: CliIo): FailureInJson {
  const { code, message, hint } = error
  const style = makeStyle(io.errorColour)
  note(io, `${style.red('rollbook:')} ${message} ${style.dim(`[${code}]`)}`)
  if (hint !== undefined) note(io, `  ${hint}`)
  const exit_code = error instanceof UsageError ? exitCodes.wrongUse : exitCodes.findings
  return { code, message, ...(hint === undefined ? {} : { hint }), exit_code }
}

function tellInternal(error: unknown, words: readonly string[], io: CliIo): FailureInJson {
  const style = makeStyle(io.errorColour)
  const [message = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  const file = writeDetails(error, words, io)
  note(io, `${style.red('rollbook:')} internal failure: ${message}`)
  note(io, `  ${file === undefined ? 'The details could not be written.' : `The details are in ${file}`}`)
  return { message, exit_code: exitCodes.internal, ...(file === undefined ? {} : { details_file: file }) }
}

/** Looked for in the bare words, since they may be what is wrong. */
function asksForJson(words: readonly string[]): boolean {
  const options = words.includes('--') ? words.slice(0, words.indexOf('--')) : words
  const format = options.indexOf('--format')
  return (
    options.includes('--json') || options.includes('--format=json') || (format >= 0 && options[format + 1] === 'json')
  )
}

/** Values of options may be secrets: only their names are kept. */
function withoutValues(words: readonly string[]): string {
  return words
    .map((word) => (word.startsWith('-') ? word.replace(/=.*/s, '=•••') : /[=:@]/.test(word) ? '•••' : word))
    .join(' ')
}

function writeDetails(error: unknown, words: readonly string[], io: CliIo): string | undefined {
  const instant = new Date(io.now()).toISOString()
  const text = [
    `rollbook ${version}, Node ${process.version}, ${process.platform} ${process.arch}, ${instant}`,
    `rollbook ${withoutValues(words)}`,
    '',
    detailsOf(error),
    '',
  ].join('\n')
  const state = io.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state')
  for (const folder of [join(state, 'rollbook'), tmpdir()]) {
    const file = join(folder, `rollbook-failure-${instant.replaceAll(':', '')}.txt`)
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileSync(file, text, { mode: 0o600 })
      return file
    } catch {
      // The next folder may be writable; the failure itself is reported either way.
    }
  }
  return undefined
}

function detailsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\ncaused by: ${detailsOf(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}
