/**
 * Resolves secret inputs on the machine of the engine. What is found is kept in memory only, for as long as the process
 * lives, and nothing here ever puts it into a message.
 */
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { RollbookError } from '../base/error.ts'
import { secretLengthMin } from '../base/secret-forms.ts'
import { ActionFailure } from '../ports/executor.ts'
import { makeProcesses } from './processes.ts'

/** A secret input and where its value comes from: exactly one of the three. */
export interface SecretWanted {
  readonly name: string
  readonly from: SecretSource
  /** A variable that is not set or empty, or a file that is not there, is no mistake. */
  readonly optional?: boolean
}

export interface SecretSource {
  /** Name of a variable. */
  readonly env?: string
  /** Path; a relative one starts at the folder of the runbook. */
  readonly file?: string
  /** Program and arguments; standard output without one line end is the secret. */
  readonly command?: readonly string[]
}

export interface SecretOptions {
  readonly directory: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Told of a file that others in its group can read. */
  readonly onWarning?: (message: string) => void
}

export interface Secrets {
  /** Every text, for a masker. */
  readonly texts: readonly string[]
  /** Names of optional ones that are not there, each with the reason, a half sentence. */
  readonly notGiven: ReadonlyMap<string, string>
  /** @throws ActionFailure `refused` for a name that was not asked for */
  reveal(name: string): string
}

/** Longest time for a command that gives a secret; it may ask a person for a finger on a key. */
const commandMs = 120_000
const fileBytesMax = 1 << 20

/**
 * @throws RollbookError `SECRET_MISSING`, `SECRET_FILE_OPEN`, `SECRET_COMMAND_FAILED`, `SECRET_EMPTY`, `SECRET_TOO_SHORT`
 */
export async function makeSecrets(wanted: readonly SecretWanted[], options: SecretOptions): Promise<Secrets> {
  const texts = new Map<string, string>()
  const notGiven = new Map<string, string>()
  // One after the other: two commands that ask a person at the same time would be confusing.
  for (const { name, from, optional } of wanted) {
    const lacking = optional === true ? whyNotGiven(from, options) : undefined
    if (lacking !== undefined) {
      notGiven.set(name, lacking)
      continue
    }
    const text = await textFrom(name, from, options)
    checkLength(name, text, from)
    texts.set(name, text)
  }
  return {
    texts: [...texts.values()],
    notGiven,
    reveal(name) {
      const text = texts.get(name)
      if (text !== undefined) return text
      const lacking = notGiven.get(name)
      if (lacking !== undefined)
        throw new ActionFailure('refused', `the secret "${name}" is not given (${lacking}), and this needs it`, {
          notApplied: true,
        })
      throw new ActionFailure('refused', `there is no secret input "${name}"`, { notApplied: true })
    },
  }
}

function whyNotGiven({ env, file }: SecretSource, options: SecretOptions): string | undefined {
  if (env !== undefined) {
    const value = options.env[env]
    if (value === undefined) return `the environment has no variable ${env}`
    return value === '' ? `the variable ${env} is empty` : undefined
  }
  if (file === undefined) return undefined
  return existsSync(resolve(options.directory, file)) ? undefined : `there is no file ${file}`
}

async function textFrom(name: string, source: SecretSource, options: SecretOptions): Promise<string> {
  if (source.env !== undefined) {
    const value = options.env[source.env]
    if (value !== undefined) return value
    throw new RollbookError('SECRET_MISSING', `secret "${name}": the environment has no variable ${source.env}`, {
      hint: `Set ${source.env} before starting, for example from a password manager.`,
    })
  }
  if (source.file !== undefined) return withoutLineEnd(await readSecretFile(name, source.file, options))
  return withoutLineEnd(await askCommand(name, source.command ?? [], options))
}

async function readSecretFile(name: string, file: string, options: SecretOptions): Promise<string> {
  const path = resolve(options.directory, file)
  const found = await stat(path).catch((error: unknown) => {
    throw new RollbookError('SECRET_MISSING', `secret "${name}": the file ${file} cannot be read`, {
      hint: 'Check the path (relative ones start at the runbook) and the permissions.',
      cause: error,
    })
  })
  if (!found.isFile() || found.size > fileBytesMax) {
    throw new RollbookError('SECRET_MISSING', `secret "${name}": ${file} is no file of at most 1 MiB`)
  }
  if ((found.mode & 0o007) !== 0) {
    throw new RollbookError('SECRET_FILE_OPEN', `secret "${name}": everybody on this machine can get at ${file}`, {
      hint: `Run: chmod 600 ${file}`,
    })
  }
  if ((found.mode & 0o070) !== 0) {
    options.onWarning?.(`secret "${name}": the group of ${file} can get at it; chmod 600 keeps it to its owner`)
  }
  return await readFile(path, 'utf8').catch((error: unknown) => {
    throw new RollbookError('SECRET_MISSING', `secret "${name}": the file ${file} cannot be read`, { cause: error })
  })
}

async function askCommand(name: string, argv: readonly string[], options: SecretOptions): Promise<string> {
  const [program, ...rest] = argv
  if (program === undefined) throw new RollbookError('SECRET_COMMAND_FAILED', `secret "${name}": the command is empty`)
  const failed = (how: string, cause?: unknown): RollbookError =>
    new RollbookError('SECRET_COMMAND_FAILED', `secret "${name}": ${program} ${how}`, {
      hint: 'Run the command by hand; it must print the secret and nothing else.',
      cause,
    })
  try {
    const result = await makeProcesses().run({
      argv: [program, ...rest],
      cwd: options.directory,
      // A password manager needs what the user has: its agent, its session, its home.
      env: defined(options.env),
      timeoutMs: commandMs,
      outputBytesMax: fileBytesMax,
    })
    if (result.exitCode === 0) return Buffer.from(result.stdout).toString('utf8')
    throw failed(
      result.exitCode === null ? `was killed by ${result.killedBy}` : `ended with exit code ${result.exitCode}`,
    )
  } catch (error) {
    if (!(error instanceof ActionFailure)) throw error
    throw failed(error.class === 'timeout' ? 'did not end in time' : 'could not be run', error)
  }
}

function checkLength(name: string, text: string, source: SecretSource): void {
  const from = source.env !== undefined ? `variable ${source.env}` : (source.file ?? source.command?.[0])
  if (text.trim() === '') {
    throw new RollbookError('SECRET_EMPTY', `secret "${name}": ${from} gives nothing`, {
      hint: 'Check that the right place is named.',
    })
  }
  if ([...text.trim()].length < secretLengthMin) {
    throw new RollbookError('SECRET_TOO_SHORT', `secret "${name}" is shorter than ${secretLengthMin} characters`, {
      hint: 'So short a text cannot be hidden in what is written. Use a longer one, or no secret input.',
    })
  }
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '')
}

function defined(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(environment)
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined))
}
