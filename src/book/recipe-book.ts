import { version as rollbookVersion } from '../base/version.ts'
import type { Plan } from '../plan/model.ts'
import { type PlanTimeline, type PlanWay, phaseMs } from '../plan/timeline.ts'
import { backOutPlan, backOutText } from './back-out-plan.ts'
import {
  approvalRows,
  changeRows,
  componentRows,
  criterionRows,
  impactRows,
  inputRows,
  prerequisiteRows,
  raciRows,
  requirementRows,
  roleRows,
  ruleRows,
  systemRows,
  targetRows,
  targetsNote,
} from './book-rows.ts'
import type { BookView, PhaseView } from './book-view.ts'
import { makeInstantFormat } from './instant.ts'
import { momentText } from './lane-view.ts'
import { planTimeline } from './plan-timeline.ts'
import { leafSteps } from './plan-words.ts'
import { dependencyPicture, rolloutPicture } from './rollout-waves.ts'
import { stepViews } from './step-view.ts'
import { phaseTitles } from './step-words.ts'
import { count, durationText, listText, wordsOf } from './text.ts'
import { type Fact, type Figure, type Heading, inlineCode, pageText, prose, refs, stepAnchor, stepRef } from './view.ts'

export interface BookOptions {
  /** Milliseconds since the epoch, printed on the cover; absent: the book carries no date and depends on the plan alone. */
  readonly issuedAt?: number
  /** IANA name for instants; default UTC. */
  readonly timeZone?: string
}

/** The recipe book of a plan: everything that it says, and nothing that the plan does not. */
export function recipeBook(plan: Plan, options: BookOptions = {}): BookView {
  const view: Omit<BookView, 'contents'> = {
    document: 'recipe_book',
    title: plan.runbook.title,
    version: plan.runbook.version,
    issued: options.issuedAt === undefined ? '' : makeInstantFormat(options.timeZone).full(options.issuedAt),
    description: plan.runbook.description === undefined ? null : prose(plan.runbook.description),
    footer: pageText(`${plan.runbook.title} · ${plan.runbook.version} · plan ${shortHash(plan.digest)}`),
    cover: coverFacts(plan, options.timeZone),
    figures: figuresOf(plan),
    summary: summaryOf(plan),
    point_of_no_return: pointOfNoReturn(plan),
    impacts: impactRows(plan),
    change: changeRows(plan),
    planned_start: plan.timeline?.start === undefined ? '' : momentText(plan.timeline, 0, options.timeZone),
    approvals: approvalRows(plan),
    components: componentRows(plan),
    systems: systemRows(plan),
    roles: roleRows(plan),
    raci: raciRows(plan),
    prerequisites: prerequisiteRows(plan),
    inputs: inputRows(plan),
    timeline: planTimeline(plan),
    timeline_key: ['bar: expected', 'thin bar after it: up to the worst case', 'diamond: gate', 'dot: a person acts'],
    timeline_notes: timelineNotes(plan, options.timeZone),
    rollouts: leafSteps(plan).flatMap((step) =>
      step.form === 'rollout' ? [rolloutPicture(plan, step, options.timeZone)] : [],
    ),
    dependencies: dependencyPicture(plan),
    phases: plan.phases.map((phase) => phaseView(plan, phase)),
    back_out: backOutPlan(plan, options.timeZone),
    criteria: criterionRows(plan),
    requirements: requirementRows(plan),
    uncovered: uncoveredText(plan),
    targets: targetRows(plan),
    targets_note: targetsNote(plan),
    rules: ruleRows(plan),
    references: referenceFacts(plan),
  }
  return { ...view, contents: contentsOf(view) }
}

/** First digits of a hash with its kind, enough to compare by eye. */
export function shortHash(hash: string): string {
  return hash.replace(/^(sha256:)?([0-9a-f]{12})[0-9a-f]*$/, '$2')
}

function coverFacts(plan: Plan, timeZone: string | undefined): readonly Fact[] {
  const facts: (readonly [string, Fact['value']])[] = [
    ['Runbook', `${plan.runbook.name} ${plan.runbook.version}`],
    ['Owner', plan.runbook.owner ?? ''],
    ['Targets', count(plan.totals.targets, 'target')],
    ['Start', plan.timeline?.start === undefined ? '' : momentText(plan.timeline, 0, timeZone)],
    [
      'Duration',
      plan.timeline ? `${wayText(plan.timeline.expected)} expected, ${wayText(plan.timeline.worst)} at worst` : '',
    ],
    ['Plan', inlineCode(shortHash(plan.digest))],
    ['Made with', `Rollbook ${rollbookVersion}`],
  ]
  return facts.filter(([, value]) => value !== '').map(([label, value]) => ({ label, value }))
}

function figuresOf(plan: Plan): readonly Figure[] {
  const { totals, timeline } = plan
  const downtime = longestDowntime(plan)
  const point = totals.point_of_no_return
  return [
    ...(timeline ? [figure(wayText(timeline.expected), 'expected', `${wayText(timeline.worst)} at worst`)] : []),
    figure(
      String(totals.targets),
      totals.targets === 1 ? 'target' : 'targets',
      count(plan.components.length, 'component'),
    ),
    figure(String(totals.steps), totals.steps === 1 ? 'step' : 'steps', count(totals.phases, 'phase')),
    figure(
      String(totals.changes),
      totals.changes === 1 ? 'change' : 'changes',
      'steps that alter something',
      'warning',
    ),
    figure(
      String(totals.gates),
      totals.gates === 1 ? 'gate' : 'gates',
      count(totals.manual_steps, 'manual step'),
      'person',
    ),
    figure(
      downtime.ms === 0 ? 'none' : durationText(downtime.ms),
      'downtime',
      downtime.affects === '' ? 'sum over all steps' : `${downtime.affects}, in all`,
      downtime.ms === 0 ? 'good' : 'bad',
    ),
    ...(timeline
      ? [
          figure(
            backOutText(plan) || 'none',
            'back-out',
            backOutPlan(plan, undefined).possible ? 'when all goes as expected' : 'no step has an inverse',
          ),
        ]
      : []),
    figure(
      point ?? 'none',
      'point of no return',
      point === undefined ? 'no step is final' : 'step',
      point === undefined ? 'good' : 'stop',
    ),
  ]
}

/** Steps that interrupt the same thing add up; different things may be away at the same time, so the worst one counts. */
function longestDowntime(plan: Plan): { readonly ms: number; readonly affects: string } {
  const sums = new Map<string, number>()
  for (const step of leafSteps(plan)) {
    if (step.skip !== undefined || step.impact?.downtime_ms === undefined) continue
    const affects = step.impact.affects ?? ''
    sums.set(affects, (sums.get(affects) ?? 0) + step.impact.downtime_ms)
  }
  const [affects, ms] = [...sums].reduce((worst, entry) => (entry[1] > worst[1] ? entry : worst), ['', 0])
  return { ms, affects }
}

function figure(value: string, label: string, note: string, tone: Figure['tone'] = 'plain'): Figure {
  return { value, label, note, tone }
}

function summaryOf(plan: Plan): readonly string[] {
  const { totals, timeline } = plan
  const parts = plan.components.map((component) => `${component.title} (${count(component.targets.length, 'target')})`)
  const scope = parts.length === 0 ? count(totals.targets, 'target') : listText(parts)
  const sentences = [
    `This plan takes ${scope} through ${count(totals.phases, 'phase')} with ${count(totals.steps, 'step')}, of which ${count(totals.changes, 'step')} ${totals.changes === 1 ? 'changes' : 'change'} something.`,
    ...(timeline ? waySentences(timeline) : []),
  ]
  const people = [
    ...(totals.manual_steps > 0 ? [count(totals.manual_steps, 'manual step')] : []),
    ...(totals.gates > 0 ? [count(totals.gates, 'decision')] : []),
  ]
  if (people.length > 0) sentences.push(`People are needed for ${listText(people)}; everything else runs by itself.`)
  return sentences
}

function pointOfNoReturn(plan: Plan): BookView['point_of_no_return'] {
  const step = leafSteps(plan).find((candidate) => candidate.point_of_no_return && candidate.skip === undefined)
  if (step === undefined) return null
  const back = backOutText(plan)
  const before = !backOutPlan(plan, undefined).possible
    ? 'Nothing before it has to be taken back, and the plan has no way back.'
    : `Up to here there is a way back${back === '' ? '' : `, which takes ${back}`}: see the back-out plan.`
  return {
    step: refs([stepRef(step.number)]),
    title: step.title,
    text: `${before} Once this step has begun, the only way is forward.`,
  }
}

function phaseView(plan: Plan, phase: Plan['phases'][number]): PhaseView {
  const takes = (way: 'expected' | 'worst'): string => {
    const ms = phaseMs(plan, phase, way)
    return ms === undefined ? '' : durationText(ms)
  }
  return {
    number: phase.number,
    title: phase.title,
    anchor: stepAnchor(phase.number),
    type: phaseTitles[phase.kind],
    description: phase.description === undefined ? null : prose(phase.description),
    expected: takes('expected'),
    worst: takes('worst'),
    steps_text: count(leafSteps({ ...plan, phases: [phase] }).length, 'step'),
    steps: phase.steps.flatMap((step) => stepViews(plan, step)),
  }
}

/** How long a way takes; how it ends, when that is not well. */
function wayText({ ms, outcome }: PlanWay): string {
  return outcome === 'succeeded' ? durationText(ms) : `${wordsOf(outcome).toLowerCase()} after ${durationText(ms)}`
}

function waySentences({ expected, worst }: PlanTimeline): readonly string[] {
  if (expected.outcome === 'succeeded' && worst.outcome === 'succeeded')
    return [`It is expected to take ${durationText(expected.ms)}, and ${durationText(worst.ms)} at worst.`]
  const ends = ({ outcome, ms, reason }: PlanWay): string =>
    `${wordsOf(outcome).toLowerCase()} after ${durationText(ms)}${reason === undefined ? '' : ` (${reason})`}`
  return [`As expected it ends as ${ends(expected)}; at worst as ${ends(worst)}.`]
}

/** What the times are counted from, and what the simulator had to make up. */
function timelineNotes({ timeline }: Plan, timeZone: string | undefined): readonly string[] {
  if (!timeline) return []
  return [
    timeline.start === undefined
      ? 'All times are counted from the start. For no day in particular, windows and freezes are left out of account.'
      : `All times are counted from the start at ${momentText(timeline, 0, timeZone)}; waiting for windows is part of them.`,
    'The run was played in advance by the logic that carries it out: once as expected, and once with each call at its worst and each attempt but the last one failing.',
    ...(timeline.coarse ? ['Because of the size of the fleet, health was looked at twice per target only.'] : []),
    ...timeline.assumptions.map((words) => `Assumed: ${words}`),
  ]
}

function uncoveredText(plan: Plan): string {
  const missing = plan.requirements.filter(
    (requirement) => requirement.covered_by.length === 0 && requirement.note === undefined,
  ).length
  if (missing === 0) return ''
  return `${count(missing, 'requirement')} ${missing === 1 ? 'is' : 'are'} not covered by any step, criterion, rule or note.`
}

function referenceFacts(plan: Plan): readonly Fact[] {
  return [
    { label: 'Runbook file', value: inlineCode(plan.runbook.file) },
    { label: 'Runbook hash', value: inlineCode(plan.runbook.hash) },
    { label: 'Plan digest', value: inlineCode(plan.digest) },
    { label: 'Runbook version', value: plan.runbook.version },
    { label: 'Rollbook version', value: rollbookVersion },
  ]
}

/** Headings of the sections that this book has, in its order. */
function contentsOf(view: Omit<BookView, 'contents'>): readonly Heading[] {
  const sections: readonly (readonly [string, string, boolean])[] = [
    ['Summary', 'summary', true],
    ['Change record', 'change', view.change.length > 0],
    ['Scope and targets', 'scope', view.targets.length > 0],
    ['Roles', 'roles', view.roles.length > 0],
    ['Prerequisites', 'prerequisites', view.prerequisites.length > 0],
    ['Inputs', 'inputs', view.inputs.length > 0],
    ['Timeline', 'timeline-section', view.timeline !== null],
    ['Order of the rollout', 'order', view.rollouts.length > 0 || view.dependencies !== null],
    ['Procedure', 'procedure', view.phases.length > 0],
    ['Back-out plan', 'back-out', true],
    ['Acceptance', 'acceptance', view.criteria.length > 0],
    ['Requirements', 'requirements', view.requirements.length > 0],
    ['Approvals', 'approvals', true],
    ['Appendix', 'appendix', true],
  ]
  return sections.flatMap(([title, anchor, present]) => (present ? [{ title, anchor }] : []))
}
