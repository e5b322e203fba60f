/** The last lines of a command that carried a run: how it stands, what it waits for, and what to type next. */
import { coverageOf, type RunCoverage } from '../app/run-door.ts'
import type { RunSession, Standstill } from '../app/run-session.ts'
import { isClean } from '../app/run-summary.ts'
import { type WaitingFor, waitingOf } from '../app/run-waiting.ts'
import { formatDurationForPeople } from '../base/duration.ts'
import { type ExitCode, exitCodes } from './command.ts'
import type { CliIo } from './io.ts'
import { outcomeWord } from './standing.ts'
import type { Style } from './style.ts'
import { counted, dayAndTime, shortPath } from './terminal-text.ts'
import { wrapText } from './wrap.ts'

export function exitCodeOf(session: Pick<RunSession, 'index' | 'state'>): ExitCode {
  return isClean(session.index, session.state) ? exitCodes.clean : exitCodes.findings
}

export function endLines(session: RunSession, why: Standstill | 'left', io: CliIo, style: Style): readonly string[] {
  const { state, index, run } = session
  const lines: string[] = ['']
  if (why === 'ended') {
    const took = formatDurationForPeople((state.endedAt ?? 0) - state.startedAt)
    const good = isClean(index, state)
    const word =
      state.mode === 'dry_run' ? `dry run ${good ? 'without findings' : 'with findings'}` : outcomeWord(state)
    lines.push(`${good ? style.green(style.bold(word)) : style.red(style.bold(word))}, ${took}`)
    if (state.reason) lines.push(...wrapText(state.reason, io.columns - 1))
    if (state.deviations.length > 0)
      lines.push(
        `${counted(state.deviations.length, 'deviation')} from the runbook, each with its reason in the journal`,
      )
    if (state.mode === 'dry_run') lines.push('', ...coverageLines(coverageOf(index, state), style, io.columns))
  }
  if (why === 'paused') lines.push(style.yellow(style.bold('paused')))
  if (why === 'left') {
    lines.push(
      style.yellow(style.bold('left')),
      ...wrapText(
        'What was in flight is found and settled when the run is resumed; the record is whole.',
        io.columns - 1,
      ),
    )
  }
  if (why === 'waiting')
    lines.push(style.yellow(style.bold('waiting')), '', ...waitingLines(waitingOf(index, state), style, io.columns))
  lines.push('', `Run        ${run.id}`, `Directory  ${shortPath(run.directory, io.cwd)}`)
  if (why === 'ended' && state.mode !== 'dry_run') lines.push(`File it    rollbook report ${run.id} -o report.html`)
  if (why === 'waiting' || why === 'paused' || why === 'left') lines.push(`Go on      rollbook resume ${run.id}`)
  return lines
}

export function waitingLines(waiting: readonly WaitingFor[], style: Style, columns: number): readonly string[] {
  return waiting.flatMap((each) => {
    const where = each.target ? ` on ${each.target}` : ''
    const votes = each.approvals ? `, ${each.approvals.given} of ${each.approvals.needed} approvals` : ''
    const until = each.expiresAt === undefined ? '' : `, until ${dayAndTime(each.expiresAt)}`
    const who = each.roleTitles.length > 0 ? ` by ${each.roleTitles.join(' or ')}` : ''
    const message =
      each.kind === 'manual' || each.kind === 'step' || each.message === each.title
        ? []
        : wrapText(each.message, columns - 5).map((line) => `    ${style.dim(line)}`)
    const title = `${each.step} ${each.title}`
    const words = `${kindWord(each)}${who}${votes}${until}`
    const head = `${title}${where}: ${words}`
    const lines =
      head.length + 2 < columns
        ? [`${style.cyan('?')} ${style.bold(title)}${where}: ${words}`]
        : [
            ...wrapText(`${title}${where}`, columns - 5).map(
              (line, index) => `${index === 0 ? style.cyan('?') : ' '} ${style.bold(line)}`,
            ),
            ...wrapText(words, columns - 5).map((line) => `    ${line}`),
          ]
    return [...lines, ...message, `    ${each.command}`]
  })
}

function kindWord(each: WaitingFor): string {
  return {
    gate: 'waits for a decision',
    manual: 'waits for the work to be done',
    criterion: 'waits for a verdict',
    failure: 'failed, waits for a decision',
    unknown: 'nobody knows whether it took effect',
    step: 'waits to be started',
    rollout: 'asks whether it shall go on',
  }[each.kind]
}

/** The coverage line of a dry run, then what it found. */
export function coverageLines(coverage: RunCoverage, style: Style, columns: number): readonly string[] {
  const { counts, findings, inconclusive } = coverage
  const part = (word: string, kind: keyof typeof counts): string =>
    `${word} ${counts[kind].steps} (${counts[kind].items})`
  const line = [
    part('checked', 'checked'),
    part('simulated', 'simulated'),
    part('assumed', 'assumed'),
    part('not covered', 'not_covered'),
  ].join(', ')
  const finding = ({ number, title, target, message, advice }: (typeof findings)[number]): string[] =>
    wrapText(
      `${number} ${title}${target ? ` on ${target}` : ''}: ${message}${advice ? `${/[.!?]$/.test(message) ? '' : '.'} ${advice}` : ''}`,
      columns - 4,
    ).map((text, index) => (index === 0 ? text : `  ${text}`))
  return [
    ...wrapText(`Coverage: ${line}; steps, and calls in brackets`, columns - 1),
    ...(counts.left_out.steps > 0
      ? [style.dim(`${counted(counts.left_out.steps, 'step')} left out by conditions of the runbook`)]
      : []),
    ...(findings.length > 0 ? ['', style.bold('Findings')] : []),
    ...findings.flatMap((each) =>
      finding(each).map((text, index) => (index === 0 ? `${style.red('✗')} ${text}` : `  ${text}`)),
    ),
    ...(inconclusive.length > 0
      ? ['', style.bold('Not judged: these checks follow a change that was only rehearsed')]
      : []),
    ...inconclusive.flatMap((each) =>
      finding(each).map((text, index) => (index === 0 ? `${style.yellow('!')} ${text}` : `  ${text}`)),
    ),
  ]
}
