import { mkdirSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { RollbookError, UsageError } from '../base/error.ts'
import { version } from '../base/version.ts'
import { type ExitCode, exitCodes } from './command.ts'
import { type CliIo, note } from './io.ts'
import { makeStyle } from './style.ts'

/**
 * Prints what went wrong, in sentences, with the code that `rollbook explain` takes and without a stack trace.
 *
 * @returns the exit code that it means
 */
export function reportFailure(error: unknown, words: readonly string[], io: CliIo): ExitCode {
  const style = makeStyle(io.errorColour)
  if (error instanceof RollbookError) {
    note(io, `${style.red('rollbook:')} ${error.message} ${style.dim(`[${error.code}]`)}`)
    if (error.hint !== undefined) note(io, `  ${error.hint}`)
    return error instanceof UsageError ? exitCodes.wrongUse : exitCodes.findings
  }
  const message = error instanceof Error ? error.message : String(error)
  const file = writeDetails(error, words, io)
  note(io, `${style.red('rollbook:')} internal failure: ${message.split('\n')[0]}`)
  note(io, `  ${file === undefined ? 'The details could not be written.' : `The details are in ${file}`}`)
  return exitCodes.internal
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
