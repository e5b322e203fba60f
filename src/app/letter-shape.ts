/**
 * What a letter must hold to be taken at its word. Anybody who may write into the run directory can leave one, and what
 * is recorded stays: a member of the wrong form would be met again at every resume.
 */
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import type { OperatorCommand } from '../run/rollout-moves.ts'

/** Events that people cause. Everything else is the engine's own, and a letter about it is refused. */
export type SpokenType =
  | 'PromptAnswered'
  | 'VoteCast'
  | 'PauseRequested'
  | 'ResumeRequested'
  | 'AbortRequested'
  | 'HandedOver'
  | 'RolloutCommanded'

interface Form {
  readonly words: string
  holds(value: Json): boolean
}

const text: Form = { words: 'a text', holds: (value) => typeof value === 'string' }
const flag: Form = { words: 'true or false', holds: (value) => typeof value === 'boolean' }
const map: Form = { words: 'a map', holds: isJsonObject }
const decision: Form = { words: 'approve or reject', holds: (value) => value === 'approve' || value === 'reject' }
const evidence: Form = {
  words: 'a list of references to evidence',
  holds: (value) => Array.isArray(value) && value.every((each: Json) => isJsonObject(each) && isReference(each)),
}
const command: Form = { words: 'a command to a rollout', holds: (value) => isJsonObject(value) && isCommand(value) }

const needed: Readonly<Record<SpokenType, Readonly<Record<string, Form>>>> = {
  PromptAnswered: { by: text, choice: text },
  VoteCast: { by: text, prompt: text, decision },
  PauseRequested: { by: text },
  ResumeRequested: { by: text },
  AbortRequested: { by: text, back_out: flag, now: flag, reason: text },
  HandedOver: { by: text, to: text },
  RolloutCommanded: { by: text, step: text, command },
}

/** Members that any letter may hold. */
const optional: Readonly<Record<string, Form>> = { role: text, reason: text, note: text, form: map, evidence }

export function isSpoken(type: string): type is SpokenType {
  return Object.hasOwn(needed, type)
}

/** @returns what is wrong, a sentence without its end; undefined when nothing is */
export function wrongMember(type: SpokenType, data: JsonObject): string | undefined {
  for (const [name, form] of Object.entries(needed[type])) {
    const value = data[name]
    if (value === undefined || !form.holds(value)) return `"${name}" of "${type}" must be ${form.words}`
  }
  for (const [name, form] of Object.entries(optional)) {
    const value = data[name]
    if (value !== undefined && !form.holds(value)) return `"${name}" of "${type}" must be ${form.words}`
  }
  return undefined
}

function isReference({ name, sha256, bytes, media }: JsonObject): boolean {
  return [name, sha256, media].every((each) => typeof each === 'string') && typeof bytes === 'number'
}

/** The members that a command has besides `do`. Whether there is such a target or lane is judged by the rollout. */
const commands: Readonly<Record<OperatorCommand['do'], Readonly<Record<string, 'string' | 'number'>>>> = {
  pause: {},
  resume: {},
  stop_rollout: {},
  skip_target: { target: 'string' },
  retry_target: { target: 'string' },
  rollback_target: { target: 'string' },
  promote: { lane: 'string' },
  stop_lane: { lane: 'string' },
  stop_wave: { lane: 'string', wave: 'string' },
  change_concurrency: { to: 'number' },
  break_glass: { until: 'number' },
}

function isCommand(value: JsonObject): boolean {
  const word = value['do']
  if (typeof word !== 'string' || !Object.hasOwn(commands, word)) return false
  return Object.entries(commands[word as OperatorCommand['do']]).every(([name, type]) => typeof value[name] === type)
}
