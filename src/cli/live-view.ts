/** The live picture of a run: every active step with one line per target, and where the run stands. */
import { type ActiveStep, type StepTargetState, stepMs } from '../app/run-door.ts'
import { formatDurationForPeople } from '../base/duration.ts'
import { nameOf } from './event-line.ts'
import { rolloutPicture } from './rollout-view.ts'
import { type StandingView, standingLines } from './standing.ts'
import type { Style } from './style.ts'
import { counted, fitLine, spread, stopwatch } from './terminal-text.ts'

export interface LiveLayout {
  readonly columns: number
  /** Lines that there is room for. */
  readonly rows: number
  /** Grows with each drawing; moves the sign of life. */
  readonly frame: number
  /** Last line of output by call id. */
  readonly lastLines: ReadonlyMap<string, string>
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const

export function liveLines(view: StandingView, style: Style, layout: LiveLayout): readonly string[] {
  const columns = layout.columns - 1
  const standing = standingLines(view, style, columns)
  const rule = style.dim('─'.repeat(Math.max(1, columns)))
  const room = Math.max(1, layout.rows - standing.length - 2)
  const blocks = view.progress.active.map((active) => stepBlock(view, active, style, layout))
  return [...fitBlocks(blocks, room, style), rule, ...standing]
}

interface Block {
  readonly head: string
  readonly targets: readonly string[]
  readonly summary?: string
}

/** Shares the rows among the steps; what does not fit is counted. */
function fitBlocks(blocks: readonly Block[], room: number, style: Style): readonly string[] {
  const lines: string[] = []
  blocks.forEach((block, index) => {
    const left = room - lines.length
    const steps = blocks.length - index
    if (left < 1) return
    if (left === 1 && steps > 1) {
      lines.push(style.dim(`… and ${counted(steps, 'more step')} at work`))
      return
    }
    const share = Math.max(1, Math.floor(left / steps))
    const extra = block.summary === undefined ? 0 : 1
    const fits = Math.max(0, share - 1 - extra)
    lines.push(block.head)
    if (block.targets.length <= fits) lines.push(...block.targets)
    else if (fits > 1) {
      lines.push(...block.targets.slice(0, fits - 1))
      lines.push(style.dim(`  … ${block.targets.length - fits + 1} more`))
    }
    if (block.summary !== undefined && share > 1) lines.push(block.summary)
  })
  return lines
}

function stepBlock(view: StandingView, active: ActiveStep, style: Style, layout: LiveLayout): Block {
  const { step, elapsedMs, targets } = active
  const columns = layout.columns - 1
  const waiting = Object.values(view.state.prompts).find((prompt) => prompt.step === step.path)
  const planned = stepMs(view.index.plan, step.path, 'expected') ?? 0
  const expected = planned > 0 ? ` of ${formatDurationForPeople(planned)}` : ''
  const time = style.dim(waiting && targets.running === 0 ? '' : `${stopwatch(elapsedMs)}${expected}`)
  const sign = waiting ? style.cyan('?') : style.cyan('▸')
  const name = fitLine(`${step.number} ${step.title}`, Math.max(10, columns - 22))
  const head = spread(`${sign} ${style.bold(name)}`, time, columns)
  if (step.form === 'rollout' && active.state.rollout) {
    const picture = rolloutPicture(step, active.state.rollout, view.now, style, view.progress.forecast)
    const cut = (line: string): string => fitLine(line, columns)
    return { head, targets: [...picture.lanes, ...picture.targets].map(cut), summary: cut(`  ${picture.summary}`) }
  }
  const lines = callLines(view, step.path, style, layout)
  const several = targets.total > 1
  return { head, targets: lines, ...(several ? { summary: `  ${countsLine(targets, style)}` } : {}) }
}

function countsLine(counts: ActiveStep['targets'], style: Style): string {
  const waiting = counts.total - counts.done - counts.failed - counts.running
  return [
    `${counts.running} running`,
    `${counts.done} of ${counts.total} done`,
    counts.failed > 0 ? style.red(`${counts.failed} failed`) : '',
    waiting > 0 ? style.dim(`${waiting} to come`) : '',
  ]
    .filter((part) => part !== '')
    .join(', ')
}

/** One line per target that something happens on: what is running, then what waits for another try. */
function callLines(view: StandingView, path: string, style: Style, layout: LiveLayout): readonly string[] {
  const { state, now, index } = view
  const own = (step: string): boolean => step === path || step.startsWith(`${path}/`)
  const running = Object.values(state.calls)
    .filter((call) => own(call.step))
    .sort((a, b) => a.requestedAt - b.requestedAt)
    .map((call) => {
      const started = call.startedAt ?? call.requestedAt
      const sign = call.status === 'started' ? style.cyan(frames[layout.frame % frames.length] ?? '·') : style.dim('·')
      const what = call.step === path ? '' : ` ${nameOf(index, call.step).replace(/^\S+ /, '')}`
      const again = call.attempt > 1 ? style.yellow(` attempt ${call.attempt}`) : ''
      const output = layout.lastLines.get(call.call)
      const text = output ? style.dim(`  ${output}`) : ''
      const name = (call.target || 'control').padEnd(12)
      return `  ${sign} ${name} ${stopwatch(now - started).padStart(6)}${what}${again}${text}`
    })
  const later = Object.values(state.timers)
    .filter((timer) => timer.step !== undefined && own(timer.step) && timer.why === 'retry')
    .map((timer) => {
      const target: StepTargetState | undefined = state.steps[timer.step ?? '']?.targets[timer.target ?? '']
      const name = (timer.target || 'control').padEnd(12)
      return `  ${style.yellow('↻')} ${name} ${style.yellow(`again in ${stopwatch(timer.at - now)}`)} ${style.dim(target?.reason ?? '')}`
    })
  return [...running, ...later]
}
