import { type ComparedFiles, compareDefinitions } from '../app/compare-definitions.ts'
import { UsageError } from '../base/error.ts'
import { type CommandCall, type CommandRun, exitCodes } from './command.ts'
import { noteDiagnostics, tellWithoutPlan } from './diagnostic-lines.ts'
import { differenceLines } from './difference-lines.ts'
import { type CliIo, say } from './io.ts'
import { makeStyle } from './style.ts'
import { counted } from './terminal-text.ts'

/** `rollbook diff A [B] [-i INVENTORY]`: how two files differ in meaning. */
export const diff: CommandRun = async (call, io) => {
  const [first = '', second] = call.positionals
  const [from, to] = second === undefined ? [`HEAD:${first}`, first] : [first, second]
  const plans = await plansOf(call, io)
  const compared = await compareDefinitions({ from, to, cwd: io.cwd, plans }).catch((error: unknown) => {
    throw second === undefined ? aboutOneFile(error) : error
  })
  if ('diagnostics' in compared) {
    tellWithoutPlan(compared.diagnostics, call, io)
    return exitCodes.findings
  }
  noteDiagnostics(compared.errors, io)
  if (call.flag('json')) {
    const { differences, words, digests, kind } = compared
    say(io, JSON.stringify({ from, to, kind, differences, words, ...(digests ? { digests } : {}) }, null, 2))
  } else tell(compared, from, to, call.flag('words'), io)
  return compared.differences.length === 0 ? exitCodes.clean : exitCodes.findings
}

/** Who names one file may not think of Git at all. */
function aboutOneFile(error: unknown): unknown {
  if (!(error instanceof UsageError) || error.code !== 'REVISION_UNREADABLE') return error
  return new UsageError(error.code, error.message, {
    hint: 'One file alone is compared with what Git has of it in HEAD; name a second file to compare the two.',
    cause: error,
  })
}

/** Plans are compared when something is given to make them with. */
async function plansOf(call: CommandCall, io: CliIo): Promise<Parameters<typeof compareDefinitions>[0]['plans']> {
  const inventory = call.text('inventory')
  const start = call.text('start')
  const values = call.text('values')
  if (inventory === undefined && values === undefined && call.list('set').length === 0 && start === undefined)
    return undefined
  const { readStart } = await import('../app/simulate.ts')
  return {
    inventory,
    values,
    catalog: call.text('catalog'),
    set: call.list('set'),
    timeline: start === undefined ? {} : { start: readStart(start, io.now()).at, always: true },
  }
}

function tell({ differences, words, digests }: ComparedFiles, from: string, to: string, all: boolean, io: CliIo): void {
  const style = makeStyle(io.colour)
  const layout = { columns: io.columns, style }
  const isNone = differences.length === 0
  say(io, `${from} → ${to}`)
  say(io)
  for (const line of differenceLines(differences, layout)) say(io, line)
  if (all && words.length > 0) {
    say(io, style.dim('Words for people, from which nothing follows:'))
    say(io)
    for (const line of differenceLines(words, layout)) say(io, line)
  }
  say(
    io,
    isNone ? style.green('No difference in meaning.') : `${counted(differences.length, 'difference')} in meaning.`,
  )
  if (words.length > 0 && !all) {
    say(
      io,
      style.dim(`${counted(words.length, 'difference')} in words for people, such as titles; --words shows them.`),
    )
  }
  if (digests) say(io, style.dim(digestText(digests, isNone)))
}

function digestText({ from, to }: { readonly from: string; readonly to: string }, isNone: boolean): string {
  if (from === to) return 'The digest of the plan is the same: approvals hold.'
  return isNone
    ? 'The digest of the plan differs all the same, for it goes by how values are written: approvals do not hold.'
    : 'The digest of the plan differs: approvals of the first do not hold for the second.'
}
