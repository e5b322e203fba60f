/** Recorded answers for an unattended run: what people decided beforehand, by step. */
import { isMap, LineCounter, parseDocument, type YAMLMap } from 'yaml'
import type { Diagnostic } from '../base/diagnostic.ts'
import { type Position, RollbookError } from '../base/error.ts'
import type { JsonObject } from '../base/json.ts'
import { nearestName } from '../base/nearest.ts'
import type { Choice } from '../run/events.ts'
import type { PlanIndex } from '../run/plan-index.ts'
import type { PromptState, RunState } from '../run/state.ts'

export interface Answer {
  /** Key in the file: a step's id, number or path, or a criterion's id. */
  readonly step: string
  readonly choice: Choice
  readonly by: string
  readonly role?: string
  readonly reason?: string
  readonly form?: JsonObject
  /** Files to keep as evidence, relative to the answers file; by evidence id. */
  readonly evidence?: Readonly<Record<string, string>>
}

const choices: readonly Choice[] = [
  'done',
  'skip',
  'mark_done',
  'fail',
  'approve',
  'reject',
  'retry',
  'retry_all',
  'waive',
  'pass',
  'not_tested',
  'go_on',
  'rollback',
  'stop',
  'back_out',
  'abort',
]
const keys: readonly string[] = ['choice', 'by', 'role', 'reason', 'form', 'evidence']

/** A mistake in an answers file, with its place; the message of the error names both, `finding` only the mistake. */
class AnswersInvalid extends RollbookError {
  readonly finding: string
  readonly place: Position

  constructor(file: string, place: Position, finding: string, hint: string | undefined) {
    super('ANSWERS_INVALID', `${file}:${place.line}:${place.column}: ${finding}`, { hint })
    this.finding = finding
    this.place = place
  }
}

/** Whether a text says of itself that it is an answers file. */
export function isAnswersFile(text: string): boolean {
  return /^(?:"rollbook"|'rollbook'|rollbook)[ \t]*:[ \t]*["']?answers\/v1["']?[ \t]*(?:#.*)?\r?$/m.test(text)
}

/** The first mistake of an answers file as a diagnostic; empty when there is none. Steps are not looked up: no runbook is named. */
export function checkAnswers(text: string, file: string): readonly Diagnostic[] {
  try {
    parseAnswers(text, file)
    return []
  } catch (error) {
    if (!(error instanceof AnswersInvalid)) throw error
    const { code, finding, hint, place } = error
    const end = { line: place.line, column: place.column + 1 }
    return [
      { file, code, severity: 'error', message: finding, ...(hint ? { hint } : {}), range: { start: place, end } },
    ]
  }
}

/**
 * Reads an answers file: `rollbook: answers/v1` and `answers:`, a map from step to one answer or a list of them
 * (several votes on one gate, or one answer per round).
 *
 * @throws RollbookError `ANSWERS_INVALID` with file, line and column
 */
export function parseAnswers(text: string, file: string): readonly Answer[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const refuse = (offset: number | undefined, message: string, hint?: string): never => {
    const at = offset === undefined ? { line: 1, col: 1 } : lines.linePos(offset)
    throw new AnswersInvalid(file, { line: at.line, column: at.col }, message, hint)
  }
  const syntax = document.errors[0]
  if (syntax) refuse(syntax.pos[0], syntax.message.split('\n')[0]!.replace(/ at line.*$/, ''))
  const root = document.contents
  if (!isMap(root)) return refuse(0, 'an answers file is a map', 'Begin with "rollbook: answers/v1".')
  if (String(root.get('rollbook')) !== 'answers/v1')
    refuse(root.range?.[0], 'this is no answers file', 'Begin with "rollbook: answers/v1".')
  const answers = root.get('answers')
  if (!isMap(answers)) return refuse(root.range?.[0], '"answers" is missing or no map', 'List one answer per step id.')
  return answers.items.flatMap((pair) => {
    const key = pair.key as { value: unknown; range?: [number, number, number] }
    const step = String(key.value)
    const list = isMap(pair.value) ? [pair.value] : ((pair.value as { items?: unknown[] } | null)?.items ?? [])
    if (list.length === 0) refuse(key.range?.[0], `the answer for "${step}" is empty`)
    return list.map((node) =>
      isMap(node) ? readAnswer(step, node, refuse) : refuse(key.range?.[0], `the answer for "${step}" is no map`),
    )
  })
}

function readAnswer(
  step: string,
  node: YAMLMap,
  refuse: (offset: number | undefined, message: string, hint?: string) => never,
): Answer {
  const value = node.toJSON() as Record<string, unknown>
  for (const pair of node.items) {
    const key = pair.key as { value: unknown; range?: [number, number, number] }
    if (!keys.includes(String(key.value)))
      refuse(
        key.range?.[0],
        `unknown key "${String(key.value)}" in the answer for "${step}"`,
        `Keys: ${keys.join(', ')}.`,
      )
  }
  const choice = value['choice'] as Choice
  if (!choices.includes(choice))
    refuse(
      node.range?.[0],
      `the answer for "${step}" has ${choice === undefined ? 'no choice' : `the choice "${choice}", which there is not`}`,
      `Choices: ${choices.join(', ')}.`,
    )
  if (typeof value['by'] !== 'string')
    refuse(node.range?.[0], `the answer for "${step}" does not say who gives it`, 'Add "by: name".')
  return { step, ...(value as Omit<Answer, 'step'>) }
}

/** Hands recorded answers out, each once, in the order of the file. */
export class AnswerBook {
  readonly #answers: readonly Answer[]
  readonly #used = new Set<number>()

  constructor(answers: readonly Answer[]) {
    this.#answers = answers
  }

  /** Marks what an earlier process of the same run has handed out: it stands in the journal. */
  recall(index: PlanIndex, state: RunState): void {
    for (const prompt of state.answered) {
      if (prompt.answer) this.#use(namesOf(index, prompt), prompt.answer.choice, prompt.answer.by)
    }
    for (const step of Object.values(state.steps)) {
      const planned = index.byPath.get(step.path)?.step
      const names = [step.path, planned?.id, planned?.number]
      for (const vote of step.votes) this.#use(names, vote.decision, vote.by)
    }
  }

  /** Keys of the file that are no step, gate or criterion of the plan: what stands there is never said. */
  strangers(index: PlanIndex): readonly { readonly key: string; readonly near: string | undefined }[] {
    const known = new Set<string>()
    for (const [path, { step }] of index.byPath)
      for (const name of [path, step.id, step.number, path.split('/').at(-1) ?? '']) known.add(name)
    for (const { id } of index.plan.acceptance_criteria) known.add(id)
    const keys = [...new Set(this.#answers.map(({ step }) => step))].filter((key) => !known.has(key))
    return keys.map((key) => ({ key, near: nearestName(key, known) }))
  }

  #use(names: readonly (string | undefined)[], choice: Choice, by: string): void {
    const found = this.#answers.findIndex(
      (answer, at) =>
        !this.#used.has(at) && names.includes(answer.step) && answer.choice === choice && answer.by === by,
    )
    if (found >= 0) this.#used.add(found)
  }

  /** The next answer that fits an open prompt. */
  take(index: PlanIndex, prompt: PromptState): Answer | undefined {
    const names = namesOf(index, prompt)
    const allowed = (choice: Choice): boolean => prompt.choices.includes(choice)
    const found = this.#answers.findIndex(
      (answer, at) => !this.#used.has(at) && names.includes(answer.step) && allowed(answer.choice),
    )
    if (found < 0) return undefined
    this.#used.add(found)
    return this.#answers[found]
  }
}

/** What an answers file may call the step of a prompt. */
function namesOf(index: PlanIndex, prompt: PromptState): readonly (string | undefined)[] {
  const step = index.byPath.get(prompt.step)?.step
  return [prompt.step, step?.id, step?.number || undefined, prompt.criterion, prompt.step.split('/').at(-1)]
}
