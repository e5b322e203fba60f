import {
  freezeWords,
  type Plan,
  type PlanImpact,
  type PlanStep,
  stepMs,
  targetsInOrder,
  windowWords,
} from '../app/load.ts'
import type { PlanWay } from '../app/plan-timeline.ts'
import { formatDurationForPeople } from '../base/duration.ts'
import { blocksBelow, renderBlocks, type StepBlock } from './plan-blocks.ts'
import { lanesText } from './plan-lanes.ts'
import { rolloutLines } from './rollout-plan-lines.ts'
import { makeStyle, type Style } from './style.ts'
import { renderTable, type TableColumn } from './table.ts'
import { flow } from './terminal-text.ts'
import { wrapText } from './wrap.ts'

export interface PlanLayout {
  readonly columns: number
  readonly colour: boolean
  /** Only this phase, by id or number. */
  readonly phase?: string | undefined
  /** Offset from UTC in which instants of no lane are shown, milliseconds. */
  readonly offsetMs?: number
}

/** From this width on impact and role have columns of their own. */
const wideFrom = 110

/** The plan as tables, one per phase, with totals and digest: what is reviewed on a terminal. */
export function renderPlan(plan: Plan, layout: PlanLayout): string {
  const style = makeStyle(layout.colour)
  const phases = plan.phases.filter(
    ({ id, number }) => layout.phase === undefined || layout.phase === id || layout.phase === number,
  )
  return [
    headText(plan, layout, style),
    ...phases.map((phase) => phaseText(phase, plan, layout, style)),
    ...(plan.timeline ? [lanesText(plan.timeline, { ...layout, offsetMs: layout.offsetMs ?? 0 }, style)] : []),
    totalsText(plan, layout, style),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function headText(plan: Plan, layout: PlanLayout, style: Style): string {
  const { title, name, version, owner } = plan.runbook
  const inputs = Object.entries(plan.inputs).map(([key, input]) => {
    const secret = input.type === 'secret'
    const text = `${key} = ${secret ? '•••' : valueText(input.value)}${input.source === 'default' ? ' (default)' : ''}`
    return hanging(text, layout).replace(/ \(default\)$/, style.dim(' (default)'))
  })
  const byline = [`${name} ${version}`, ...(owner === undefined ? [] : [owner]), count(plan.totals.targets, 'target')]
  const given = inputs.length === 0 ? '' : `\nInputs\n${inputs.map((line) => `${line}\n`).join('')}`
  const about = flow(byline, layout.columns).map(style.dim).join('\n')
  return `${style.bold(wrapText(title, layout.columns).join('\n'))}\n${about}\n${given}${calendarText(plan, layout)}`
}

/** A line of a list, its further lines indented; a list of values may be broken behind a comma. */
function hanging(text: string, layout: PlanLayout): string {
  return wrapText(text, layout.columns - 4)
    .map((line, index) => `${index === 0 ? '  ' : '    '}${line}`)
    .join('\n')
}

/** Windows and freezes as they were resolved; nothing for a plan without them. */
function calendarText({ calendar }: Plan, layout: PlanLayout): string {
  const windows = (calendar?.windows ?? []).map(
    (each) => `${hanging(`${String(each['id'])}: ${windowWords(each)}`, layout)}\n`,
  )
  const freezes = (calendar?.freezes ?? []).map((each) => `${hanging(freezeWords(each), layout)}\n`)
  const shown = [
    ...(windows.length === 0 ? [] : ['\nWindows\n', ...windows]),
    ...(freezes.length === 0 ? [] : ['\nFreezes\n', ...freezes]),
  ]
  return shown.join('')
}

/** JSON with a blank behind the commas of a list, where a line can be broken. */
function listText(value: unknown): string {
  return Array.isArray(value) ? `[${value.map((each) => JSON.stringify(each)).join(', ')}]` : JSON.stringify(value)
}

function valueText(value: unknown): string {
  if (value === null || value === '') return '(none)'
  return typeof value === 'string' ? value : listText(value)
}

function phaseText(phase: Plan['phases'][number], plan: Plan, layout: PlanLayout, style: Style): string {
  const title = style.bold(`${phase.number} ${phase.title}`)
  if (layout.columns < blocksBelow) {
    const blocks = phase.steps.flatMap((step) => blocksOf(step, plan))
    return `${title}\n${renderBlocks(blocks, layout.columns, style)}`
  }
  const wide = layout.columns >= wideFrom
  const columns: readonly TableColumn[] = [
    { title: 'Step' },
    { title: 'What', wraps: true },
    { title: 'Targets', wraps: true },
    ...(wide ? [{ title: 'Impact', wraps: true }] : []),
    { title: 'Expected', align: 'right' },
    { title: 'Worst', align: 'right' },
    ...(wide ? [{ title: 'Who', wraps: true }] : []),
  ]
  const rows = phase.steps.flatMap((step) => rowsOf(step, plan, wide, style))
  return `${title}\n${renderTable(columns, rows, layout)}`
}

function blocksOf(step: PlanStep, plan: Plan): readonly StepBlock[] {
  const plain = makeStyle(false)
  const times = plan.timeline ? `${timeText(step, plan, 'expected')}, at worst ${timeText(step, plan, 'worst')}` : ''
  const about = [targetsText(step), whoText(step, plan), times].filter((part) => part !== '').join(' · ')
  const impact = impactText(step.impact)
  const block: StepBlock = {
    number: step.number,
    title: step.title,
    marks: [...marksOf(step, plain), ...(impact === '' ? [] : [impact])],
    lines: step.skip === undefined ? [...callLines(step), about] : [`skipped: ${step.skip}`],
  }
  const inner = step.form === 'group' && step.skip === undefined ? step.steps : []
  return [block, ...inner.flatMap((each) => blocksOf(each, plan))]
}

function rowsOf(step: PlanStep, plan: Plan, wide: boolean, style: Style): readonly (readonly string[])[] {
  const skipped = step.skip !== undefined
  const what = [
    step.title,
    ...marksOf(step, style),
    ...(skipped ? [style.dim(`skipped: ${step.skip}`)] : callLines(step).map((line) => style.dim(line))),
    ...(wide ? [] : narrowLines(step, plan, style)),
  ].join('\n')
  const row = [
    step.number,
    what,
    targetsText(step),
    ...(wide ? [impactText(step.impact)] : []),
    timeText(step, plan, 'expected'),
    timeText(step, plan, 'worst'),
    ...(wide ? [whoText(step, plan)] : []),
  ]
  return [
    row,
    ...(step.form === 'group' && !skipped ? step.steps.flatMap((inner) => rowsOf(inner, plan, wide, style)) : []),
  ]
}

/** From its beginning to its end in the simulated run, in which a step may not be reached. */
function timeText(step: PlanStep, plan: Plan, way: 'expected' | 'worst'): string {
  const ms = step.skip === undefined ? stepMs(plan, step.path, way) : undefined
  return ms === undefined ? '–' : formatDurationForPeople(ms)
}

function marksOf(step: PlanStep, style: Style): readonly string[] {
  return [
    ...(step.point_of_no_return ? [style.red('point of no return')] : []),
    ...(step.cleanup_of === undefined ? [] : [style.cyan('cleanup, runs however the run ends')]),
  ]
}

/** What will be called, in the words of the executor; once when it is the same for every target. */
function callLines(step: PlanStep): readonly string[] {
  switch (step.form) {
    case 'action': {
      const texts = [...new Set(step.previews.map((preview) => preview.text))]
      const shown = texts.slice(0, 3).flatMap((text) => text.split('\n'))
      return texts.length > 3 ? [step.action, ...shown, `… and ${texts.length - 3} more`] : [step.action, ...shown]
    }
    case 'manual':
      return ['by hand']
    case 'gate':
      return [
        `${step.gate.type === 'go_no_go' ? 'go or no-go' : 'approval'}: ${step.gate.min_approvals} of ${step.gate.roles.join(', ')}`,
      ]
    case 'acceptance':
      return [`${step.moment === 'baseline' ? 'capture' : 'verify'}: ${step.criteria.join(', ') || 'nothing'}`]
    case 'group':
      return step.parallel ? ['side by side'] : []
    case 'rollout':
      return [
        `${step.component} to ${step.to}, ${step.max_concurrency} at once, ${step.max_failures} failures tolerated`,
        ...rolloutLines(step),
        ...step.each.flatMap((action) => `${action.number} ${action.previews[0]?.text ?? action.action}`.split('\n')),
      ]
  }
}

function narrowLines(step: PlanStep, plan: Plan, style: Style): readonly string[] {
  const impact = impactText(step.impact)
  return [...(impact === '' ? [] : [style.yellow(impact)]), style.dim(whoText(step, plan))].filter(
    (line) => line !== '',
  )
}

function targetsText(step: PlanStep): string {
  const targets = step.form === 'rollout' ? targetsInOrder(step) : step.targets
  if (step.form === 'gate' || step.form === 'group' || step.form === 'acceptance') return ''
  if (targets.length === 0) return step.skip === undefined && step.form !== 'manual' ? 'control' : ''
  return targets.length <= 6 ? targets.join(', ') : `${targets.slice(0, 5).join(', ')} and ${targets.length - 5} more`
}

function impactText(impact: PlanImpact | undefined): string {
  if (!impact || impact.kind === 'none') return ''
  const downtime = impact.downtime_ms === undefined ? [] : [formatDurationForPeople(impact.downtime_ms)]
  return [
    impact.kind.replaceAll('_', ' '),
    ...downtime,
    ...(impact.affects === undefined ? [] : [impact.affects]),
  ].join(', ')
}

function whoText(step: PlanStep, plan: Plan): string {
  if (step.form === 'group') return ''
  if (step.form === 'gate') return step.gate.roles.map((role) => plan.roles[role]?.title ?? role).join(', ')
  return step.role === undefined ? '' : (plan.roles[step.role]?.title ?? step.role)
}

function totalsText(plan: Plan, layout: PlanLayout, style: Style): string {
  const { totals } = plan
  const uncovered = plan.requirements.filter(({ covered_by, note }) => covered_by.length === 0 && note === undefined)
  const lines = [
    `${count(totals.steps, 'step')} in ${count(totals.phases, 'phase')} on ${count(totals.targets, 'target')}: ${count(totals.changes, 'change')}, ${totals.manual_steps} by hand, ${count(totals.gates, 'gate')}`,
    ...timesText(plan),
    totals.point_of_no_return === undefined
      ? 'No point of no return'
      : `Point of no return at step ${totals.point_of_no_return}`,
    ...(plan.requirements.length === 0
      ? []
      : [
          `${plan.requirements.length - uncovered.length} of ${plan.requirements.length} requirements covered${uncovered.length === 0 ? '' : `; missing: ${uncovered.map(({ id }) => id).join(', ')}`}`,
        ]),
    `Digest ${plan.digest}`,
  ]
  return `${style.bold('Totals')}\n${lines.flatMap((line) => wrapText(line, layout.columns)).join('\n')}\n`
}

/** How long the run takes, as the simulator plays it; with a start the time before windows open is part of it. */
function timesText({ timeline }: Plan): readonly string[] {
  if (!timeline) return []
  const one = (title: string, { outcome, ms, reason }: PlanWay): string => {
    const took = formatDurationForPeople(ms)
    const good = outcome === 'succeeded'
    return good
      ? `${title} ${took}`
      : `${title} ${outcome.replaceAll('_', ' ')} after ${took}${reason ? ` (${reason})` : ''}`
  }
  const back = timeline.back_out === undefined ? 'none' : formatDurationForPeople(timeline.back_out.ms)
  return [`${one('Expected', timeline.expected)}, ${one('worst', timeline.worst)}, back-out ${back}`]
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
