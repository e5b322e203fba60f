import { basename, resolve } from 'node:path'
import { readFormValue } from '../app/form-value.ts'
import type { EvidenceRef, PlanManual, PromptState } from '../app/run-door.ts'
import { keepEvidenceOf } from '../app/run-evidence.ts'
import type { RunReader } from '../app/run-reader.ts'
import { UsageError } from '../base/error.ts'
import type { Json } from '../base/json.ts'
import type { CommandCall, CommandRun } from './command.ts'
import { nameOf } from './event-line.ts'
import type { CliIo } from './io.ts'
import { deliver, personOf, promptOf, readRunOf } from './say-to-run.ts'

/** `rollbook answer RUN [STEP]`: completes a manual step or answers a question, from any terminal. */
export const answer: CommandRun = async (call, io) => {
  const reader = await readRunOf(call, io)
  const prompt = promptOf(reader, call, (each) => each.kind !== 'gate')
  const choice = call.text('choice') ?? (prompt.kind === 'manual' ? 'done' : undefined)
  if (choice === undefined) {
    throw new UsageError('CHOICE_MISSING', `say what to do at ${nameOf(reader.index, prompt.step)}`, {
      hint: `Add --choice with one of ${prompt.choices.join(', ')}.`,
    })
  }
  const found = reader.index.byPath.get(prompt.step)?.step
  const step = found?.form === 'manual' ? found : undefined
  const form = formOf(step, call)
  const evidence = await evidenceOf(reader, step, call, io)
  const data = {
    choice,
    ...personOf(call),
    ...(form ? { form } : {}),
    ...(evidence.length > 0 ? { evidence: evidence as unknown as Json } : {}),
  }
  const done = `${nameOf(reader.index, prompt.step)}: ${choice.replaceAll('_', ' ')}, says ${data.by}.`
  return deliver(reader, { type: 'PromptAnswered', of: (prompt as PromptState).prompt, data }, done, call, io)
}

function formOf(step: PlanManual | undefined, call: CommandCall): Readonly<Record<string, Json>> | undefined {
  const given = call.list('set')
  if (given.length === 0) return undefined
  const form: Record<string, Json> = {}
  for (const assignment of given) {
    const equals = assignment.indexOf('=')
    const name = assignment.slice(0, Math.max(0, equals))
    const field = step?.fields.find((each) => each.id === name)
    if (field === undefined) {
      const known = step?.fields.map((each) => each.id).join(', ')
      throw new UsageError('FIELD_UNKNOWN', `"--set ${assignment}" names no field of this step`, {
        hint: known ? `Fields: ${known}.` : 'It has no fields.',
      })
    }
    const read = readFormValue(field, assignment.slice(equals + 1))
    if ('problem' in read) throw new UsageError('FIELD_INVALID', `${field.title}: ${read.problem}`)
    form[name] = read.value
  }
  return form
}

/** `--evidence id=FILE`, or `--evidence FILE` when the step wants one piece only. */
async function evidenceOf(
  reader: RunReader,
  step: PlanManual | undefined,
  call: CommandCall,
  io: CliIo,
): Promise<readonly EvidenceRef[]> {
  const kept: EvidenceRef[] = []
  for (const text of call.list('evidence')) {
    const equals = text.indexOf('=')
    const id = step?.evidence.find((wanted) => equals > 0 && wanted.id === text.slice(0, equals))?.id
    const path = id === undefined ? text : text.slice(equals + 1)
    const only = step?.evidence.length === 1 ? step.evidence[0]?.id : undefined
    kept.push(await keepEvidenceOf(reader.run, id ?? only ?? basename(path), resolve(io.cwd, path)))
  }
  return kept
}
