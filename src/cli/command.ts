import type { CliIo } from './io.ts'

/** What an exit code means, the same for every command. */
export const exitCodes = {
  /** Done, nothing to report. */
  clean: 0,
  /** Done, and there is something to look at: findings, a run that failed or waits. */
  findings: 1,
  /** The command was used wrongly. */
  wrongUse: 2,
  /** Rollbook itself failed. */
  internal: 3,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** What only files can tell: names in the runbook or run of the line, and topics of `explain`. */
export const valueKinds = ['input', 'role', 'phase', 'step', 'target', 'topic'] as const
export type ValueKind = (typeof valueKinds)[number]

/** What an argument names, so that a shell can complete it. */
export type Completion = 'file' | 'folder' | 'run' | 'command' | 'none' | ValueKind | readonly string[]

export interface CommandArgument {
  /** In lower case; shown in capitals. */
  readonly name: string
  readonly title: string
  readonly required: boolean
  /** Takes all that follow. */
  readonly many?: boolean
  readonly complete?: Completion
}

export interface CommandOption {
  /** Long name, kebab-case, without dashes. */
  readonly name: string
  /** One letter. */
  readonly short?: string
  /** Name of the value, in lower case; absent: a switch. */
  readonly value?: string
  readonly title: string
  /** May be given several times. */
  readonly repeated?: boolean
  /** The only values that are accepted. */
  readonly choices?: readonly string[]
  /** What holds when it is not given; shown in the help and handed to the command. */
  readonly byDefault?: string
  readonly complete?: Completion
}

/** The arguments of one call, checked against the table. */
export interface CommandCall {
  readonly command: string
  readonly positionals: readonly string[]
  /** Value of an option, or its default. */
  text(option: string): string | undefined
  /** Every value of a repeated option, in order. */
  list(option: string): readonly string[]
  /** Whether a switch was given. */
  flag(option: string): boolean
}

/**
 * A command's implementation.
 *
 * @throws RollbookError for what the user can act on (exit 1), UsageError for wrong use (exit 2); anything else is exit 3
 */
export type CommandRun = (call: CommandCall, io: CliIo) => Promise<ExitCode>

export type CommandGroup = 'write' | 'run' | 'prove' | 'more'

/** One line of the table in commands.ts: enough for help, parsing and completion without loading the implementation. */
export interface Command {
  readonly name: string
  /** One line, starts with a verb. */
  readonly summary: string
  readonly group: CommandGroup
  /** Further sentences for `rollbook help NAME`. */
  readonly details?: string
  readonly arguments: readonly CommandArgument[]
  readonly options: readonly CommandOption[]
  /** Full command lines. */
  readonly examples: readonly string[]
  load(): Promise<CommandRun>
}
