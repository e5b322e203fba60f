import type { Json, JsonObject } from '../base/json.ts'
import { nearestName } from '../base/nearest.ts'
import type { Input } from '../runbook/runbook.generated.ts'
import { readInput } from './input-value.ts'
import type { PlanInput, PlanSecret } from './model.ts'
import type { PlanReporter } from './reporter.ts'

/** A value from outside of the runbook. */
export interface GivenInput {
  /** Text when it comes from the command line, a question or the environment. */
  readonly value: Json
  readonly source: 'set' | 'values' | 'asked' | 'environment'
}

/** An input that needs a value and has none. */
export interface MissingInput {
  readonly name: string
  readonly input: Exclude<Input, { type: 'secret' }>
}

export interface ResolvedInputs {
  readonly inputs: Readonly<Record<string, PlanInput>>
  readonly secrets: Readonly<Record<string, PlanSecret>>
  readonly missing: readonly MissingInput[]
}

/** Gives every input its value, in the order of the runbook. What is wrong is reported; missing ones are listed too. */
export function resolveInputs(
  declared: Readonly<Record<string, Input>>,
  given: Readonly<Record<string, GivenInput>>,
  targets: ReadonlySet<string>,
  reporter: PlanReporter,
): ResolvedInputs {
  const inputs: Record<string, PlanInput> = {}
  const secrets: Record<string, PlanSecret> = {}
  const missing: MissingInput[] = []
  refuseUnknown(declared, given, reporter)
  for (const [name, input] of Object.entries(declared)) {
    const about = {
      title: input.title ?? name,
      type: input.type,
      ...(input.description === undefined ? {} : { description: input.description }),
    }
    const own = Object.hasOwn(given, name) ? given[name] : undefined
    if (input.type === 'secret') {
      if (own)
        reporter.error(
          'INPUT_SECRET',
          ['inputs', name],
          `the secret "${name}" must not be given as text`,
          `It is read from ${sourceWords(input.from)}.`,
        )
      secrets[name] = input.from
      inputs[name] = {
        ...about,
        value: { $secret: name },
        source: 'environment',
        secret_from: input.from,
        ...(input.required === false ? { optional: true as const } : {}),
      }
      continue
    }
    const value = own?.value ?? (input.default as Json | undefined)
    if (value === undefined) {
      if (input.required === true) {
        missing.push({ name, input })
        reporter.error(
          'INPUT_MISSING',
          ['inputs', name],
          `the input "${name}" needs a value`,
          `Give it with --set ${name}=… or in a values file.`,
        )
      }
      inputs[name] = { ...about, value: null, source: 'default' }
      continue
    }
    const source = own?.source ?? 'default'
    const reading = readInput(input, value, own !== undefined && source !== 'values', targets)
    if ('problem' in reading) {
      reporter.error(
        'INPUT_VALUE',
        own ? ['inputs', name] : ['inputs', name, 'default'],
        `the input "${name}" ${reading.problem}`,
        reading.hint,
      )
      inputs[name] = { ...about, value: null, source }
    } else inputs[name] = { ...about, value: reading.value, source }
  }
  return { inputs, secrets, missing }
}

function refuseUnknown(
  declared: Readonly<Record<string, Input>>,
  given: Readonly<Record<string, GivenInput>>,
  reporter: PlanReporter,
): void {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(declared, name)) continue
    const near = nearestName(name, Object.keys(declared))
    const hint =
      near === undefined ? `Its inputs are: ${Object.keys(declared).join(', ') || 'none'}.` : `Did you mean "${near}"?`
    reporter.error('INPUT_UNKNOWN', ['inputs'], `the runbook has no input "${name}"`, hint)
  }
}

function sourceWords(from: PlanSecret): string {
  if (from.env !== undefined) return `the environment variable ${from.env}`
  return from.file === undefined ? `the command ${(from.command ?? []).join(' ')}` : `the file ${from.file}`
}

/** Values alone, as expressions read them. */
export function inputValues(inputs: Readonly<Record<string, PlanInput>>): JsonObject {
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.value]))
}
