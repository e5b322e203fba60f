import { type ConformanceReport, checks, listExecutors, testPlugIn, writeManifest } from '../app/executor-work.ts'
import { UsageError } from '../base/error.ts'
import { type CommandCall, type CommandRun, type ExitCode, exitCodes } from './command.ts'
import { noteDiagnostics } from './diagnostic-lines.ts'
import { type CliIo, note, say } from './io.ts'
import { makeStyle } from './style.ts'
import { renderTable } from './table.ts'

/** `rollbook executor list|test|manifest`: for those who write executors. */
export const executor: CommandRun = async (call, io) => {
  const [work = '', path] = call.positionals
  switch (work) {
    case 'list':
      if (path !== undefined) {
        throw new UsageError('ARGUMENT_UNEXPECTED', `executor list does not expect "${path}"`, {
          hint: 'It lists the executors of the current folder.',
        })
      }
      return list(call, io)
    case 'test':
      return await test(call, io, needed(path, work))
    case 'manifest':
      return await manifest(call, io, needed(path, work))
    default:
      throw new UsageError('ARGUMENT_UNEXPECTED', `executor does not know "${work}"`, {
        hint: 'It takes list, test or manifest.',
      })
  }
}

function needed(path: string | undefined, work: string): string {
  if (path !== undefined) return path
  throw new UsageError('ARGUMENT_MISSING', `executor ${work} needs PATH`, {
    hint: 'Name the folder of the executor, or the package that it is in.',
  })
}

function list(call: CommandCall, io: CliIo): ExitCode {
  const { rows, diagnostics } = listExecutors(io.cwd)
  noteDiagnostics(diagnostics, io)
  if (call.flag('json')) say(io, JSON.stringify({ executors: rows }, null, 2))
  else {
    const columns = [{ title: 'Executor' }, { title: 'Title', wraps: true }, { title: 'Actions' }, { title: 'From' }]
    const cells = rows.map(({ name, title, actions, from, version }) => [
      name,
      title,
      String(actions.length),
      version === undefined ? from : `${from} ${version}`,
    ])
    io.stdout.write(renderTable(columns, cells, io))
  }
  return diagnostics.length > 0 ? exitCodes.findings : exitCodes.clean
}

async function manifest(call: CommandCall, io: CliIo, use: string): Promise<ExitCode> {
  const written = await writeManifest({
    use,
    cwd: io.cwd,
    module: call.text('module'),
    export: call.text('export'),
    conformance: call.text('conformance'),
  })
  if (call.flag('json')) say(io, JSON.stringify(written))
  else say(io, written.changed ? `Wrote ${written.path}` : `${written.path} is up to date`)
  return exitCodes.clean
}

async function test(call: CommandCall, io: CliIo, use: string): Promise<ExitCode> {
  const report = await testPlugIn({
    use,
    cwd: io.cwd,
    env: io.env,
    system: call.text('system'),
    actions: call.list('action'),
    ...(io.isTTY
      ? { onCase: (action, title) => note(io, `… ${action}${title === undefined ? '' : `: ${title}`}`) }
      : {}),
  })
  if (call.flag('json')) say(io, JSON.stringify(report, null, 2))
  else show(report, io)
  return report.passed ? exitCodes.clean : exitCodes.findings
}

const columns = [
  { title: 'Action' },
  { title: 'Passed', align: 'right' },
  { title: 'Declared', align: 'right' },
  { title: 'Not applicable', align: 'right' },
  { title: 'Failed', align: 'right' },
] as const

function show(report: ConformanceReport, io: CliIo): void {
  const style = makeStyle(io.colour)
  say(io, style.bold(`Executor ${report.executor}, contract ${report.contract}, on the system ${report.system}`))
  say(io)
  const rows = [{ action: report.executor, checks: report.checks }, ...report.actions].map(
    ({ action, checks: own }) => {
      const count = (outcome: string): string => String(own.filter((each) => each.outcome === outcome).length)
      const failed = count('failed')
      const words = failed === '0' ? failed : style.red(failed)
      return [action, count('passed'), count('declared'), count('not_applicable'), words]
    },
  )
  io.stdout.write(renderTable(columns, rows, io))
  const declared = report.actions.flatMap(({ action, checks: own }) =>
    own
      .filter(({ outcome }) => outcome === 'declared')
      .map(({ check, note: why }) => `${action} ${check}: ${why ?? ''}`),
  )
  if (declared.length > 0) say(io, `\n${style.bold('Declared, and not checked')}`)
  for (const line of declared) say(io, `  ${line}`)
  say(io)
  for (const { check, action, case: title, message } of report.findings) {
    const where = [action ?? report.executor, ...(title === undefined ? [] : [title])].join(', ')
    say(io, `${style.red('✗')} ${style.bold(where)}: ${message} ${style.dim(`[${check}]`)}`)
    say(io, `  ${checks[check]}`)
  }
  const count = report.findings.length
  say(
    io,
    report.passed
      ? style.green('It keeps the contract.')
      : `It breaks the contract: ${count} ${count === 1 ? 'finding' : 'findings'}.`,
  )
}
