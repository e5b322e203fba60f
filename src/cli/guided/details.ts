/** Everything that is known about a step, on request: calls, tries, outputs, evidence. */
import { join } from 'node:path'
import type { AttemptState, EvidenceRef, PlanStep, StepState } from '../../app/run-door.ts'
import type { RunSession } from '../../app/run-session.ts'
import { formatDurationForPeople } from '../../base/duration.ts'
import type { JsonObject } from '../../base/json.ts'
import { formatSize } from '../../base/size.ts'
import type { Style } from '../style.ts'
import { shortPath, timeOfDay } from '../terminal-text.ts'
import { previewLines } from './step-card.ts'

const lastLinesMax = 20

export async function detailLines(
  session: RunSession,
  step: PlanStep,
  style: Style,
  layout: { readonly columns: number; readonly cwd: string },
): Promise<readonly string[]> {
  const lines = ['', style.bold(`Details of ${step.number} ${step.title}`), style.dim(step.path)]
  if (step.when) lines.push(`Only when ${step.when}`)
  if (step.covers.length > 0) lines.push(`Covers ${step.covers.join(', ')}`)
  const previews = session.previews(step)
  for (const preview of previews.length > 0 ? previewLines(previews, style, layout.columns - 2) : [])
    lines.push(`  ${preview}`)
  const args = previews[0]?.with ?? {}
  if (Object.keys(args).length > 0) {
    const where = previews.length > 1 && previews[0]?.target ? ` for ${previews[0].target}` : ''
    lines.push(style.dim(`Arguments${where}`), ...argumentLines(args))
  }
  const states = Object.values(session.state.steps).filter(
    (each) => each.path === step.path || each.path.startsWith(`${step.path}/`),
  )
  for (const each of states) lines.push(...(await attemptLines(session, each, style, layout.cwd)))
  return [...lines, '']
}

/** An argument a line; further lines of a text stand below its first. */
function argumentLines(args: JsonObject): readonly string[] {
  const width = Math.max(...Object.keys(args).map((name) => name.length))
  return Object.entries(args).flatMap(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    const [first = '', ...rest] = text.split('\n')
    return [`  ${name.padEnd(width)}  ${first}`, ...rest.map((line) => `  ${' '.repeat(width)}  ${line}`)]
  })
}

async function attemptLines(
  session: RunSession,
  step: StepState,
  style: Style,
  cwd: string,
): Promise<readonly string[]> {
  const lines: string[] = []
  for (const [name, target] of Object.entries(step.targets)) {
    for (const attempt of target.attempts) lines.push(attemptLine(name, attempt, style))
    const last = target.attempts.at(-1)
    if (last?.advice) lines.push(`    ${last.advice}`)
    for (const evidence of last?.evidence ?? []) lines.push(...(await evidenceLines(session, evidence, style, cwd)))
  }
  return lines
}

function attemptLine(name: string, attempt: AttemptState, style: Style): string {
  const { outcome, op, attempt: number, startedAt, requestedAt, endedAt, message, summary } = attempt
  const paint = outcome === 'succeeded' ? style.green : outcome === undefined ? style.cyan : style.red
  const took = endedAt === undefined ? '' : ` in ${formatDurationForPeople(endedAt - (startedAt ?? requestedAt))}`
  const what = op === 'perform' || op === 'criterion' ? `try ${number}` : op.replace('_', ' ')
  const words = message ?? summary ?? ''
  return `  ${timeOfDay(requestedAt)} ${name || 'control'}, ${what}: ${paint(outcome ?? 'running')}${took}${words ? `: ${words}` : ''}`
}

/** The end of a text, and where the whole of it lies. */
async function evidenceLines(
  session: RunSession,
  evidence: EvidenceRef,
  style: Style,
  cwd: string,
): Promise<readonly string[]> {
  const path = shortPath(join(session.run.directory, 'evidence', evidence.sha256), cwd)
  const head = style.dim(`    ${evidence.name}, ${formatSize(evidence.bytes)}: ${path}`)
  if (!evidence.media.startsWith('text/')) return [head]
  const text = new TextDecoder().decode(await session.readEvidence(evidence.sha256))
  const all = text.trimEnd().split('\n')
  const shown = all.slice(-lastLinesMax).map((line) => `    ${style.dim('│')} ${withoutControls(line)}`)
  const cut = all.length > lastLinesMax ? [style.dim(`    │ … ${all.length - lastLinesMax} lines before`)] : []
  return [head, ...cut, ...shown]
}

/** Output of a target must not steer the operator's terminal. */
function withoutControls(text: string): string {
  return text.replaceAll(/\u001b\[[\d;?]*[A-Za-z]/g, '').replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
}
