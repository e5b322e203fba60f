import { parseDuration } from '../base/duration.ts'
import type { Json, JsonObject } from '../base/json.ts'
import { isTainted } from '../base/secret.ts'
import type { Catalog } from '../catalog/index.ts'
import {
  type EvaluationContext,
  ExpressionError,
  evaluateCondition,
  resolveKnown,
  resolveTemplate,
  type VersionScheme,
  variablesOf,
} from '../expression/index.ts'
import type { Action } from '../ports/executor.ts'
import type { BlastRadius } from '../runbook/runbook.generated.ts'
import { componentValues } from './component-values.ts'
import { inputValues } from './inputs.ts'
import type { PlanComponent, PlanInput, PlanSystem, PlanTarget } from './model.ts'
import type { RunbookPath } from './places.ts'
import type { PlannedCalendar } from './plan-calendar.ts'
import type { PlanReporter } from './reporter.ts'

/**
 * What planning asks of an action. One that is known by its manifest alone has no words of its own for a call; its name
 * and arguments have to do.
 */
export type PlannableAction = Pick<
  Action,
  | 'name'
  | 'title'
  | 'with'
  | 'outputs'
  | 'capabilities'
  | 'capabilitiesOf'
  | 'duration'
  | 'durationOf'
  | 'runs_on'
  | 'check'
> &
  Partial<Pick<Action, 'describe'>>

/** What is fixed before the steps are planned, and what every part of the planner asks. */
export class Planning {
  readonly reporter: PlanReporter
  readonly targets: Readonly<Record<string, PlanTarget>>
  readonly targetList: readonly PlanTarget[]
  readonly systems: Readonly<Record<string, PlanSystem>>
  readonly actions: ReadonlyMap<string, PlannableAction>
  /** Role of steps that name none. */
  readonly defaultRole: string | undefined
  components: ReadonlyMap<string, PlanComponent> = new Map()
  /** Windows and freezes; set before the steps are planned, absent when there are none. */
  calendar: PlannedCalendar | undefined
  /** Where the windows stand of rollouts that may use only so many openings, by path of the rollout. */
  readonly limited: Map<string, RunbookPath> = new Map()
  private componentList: readonly PlanComponent[] | undefined
  /** How versions of a component are read, by its id. */
  readonly schemes: ReadonlyMap<string, VersionScheme>
  readonly catalog: Catalog | undefined
  /** Targets that no rollout takes. */
  readonly leaveOut: ReadonlySet<string>
  /** What holds for every rollout. */
  readonly blastRadius: BlastRadius | undefined
  private readonly inputs: JsonObject
  private readonly systemValues: JsonObject

  constructor(facts: {
    readonly reporter: PlanReporter
    readonly inputs: Readonly<Record<string, PlanInput>>
    readonly targets: Readonly<Record<string, PlanTarget>>
    readonly systems: Readonly<Record<string, PlanSystem>>
    readonly actions: readonly PlannableAction[]
    readonly defaultRole: string | undefined
    readonly schemes: ReadonlyMap<string, VersionScheme>
    readonly catalog?: Catalog | undefined
    readonly blastRadius?: BlastRadius | undefined
    readonly leaveOut?: ReadonlySet<string> | undefined
  }) {
    this.leaveOut = facts.leaveOut ?? new Set()
    this.catalog = facts.catalog
    this.blastRadius = facts.blastRadius
    this.schemes = facts.schemes
    this.reporter = facts.reporter
    this.targets = facts.targets
    this.targetList = Object.values(facts.targets)
    this.systems = facts.systems
    this.actions = new Map(facts.actions.map((action) => [action.name, action]))
    this.defaultRole = facts.defaultRole
    this.inputs = inputValues(facts.inputs)
    this.systemValues = Object.fromEntries(
      Object.values(facts.systems).map(({ name, kind, address, settings }) => [
        name,
        { name, kind, address: address ?? '', settings },
      ]),
    )
  }

  /** What expressions see while planning. */
  context(bindings: JsonObject, target?: PlanTarget): EvaluationContext {
    return {
      inputs: this.inputs,
      targets: this.targetList,
      systems: this.systemValues,
      ...(this.catalog ? { catalog: this.catalog } : {}),
      components: this.componentValues(),
      bindings,
      ...(target ? { target } : {}),
    }
  }

  private componentValues(): JsonObject {
    // Nothing is chosen before all of them are known.
    if (this.components.size > 0 && !this.componentList) this.componentList = [...this.components.values()]
    return this.componentList ? componentValues(this.componentList, this.targets) : {}
  }

  /** Names that have their value already. */
  known(bindings: JsonObject, target: boolean): ReadonlySet<string> {
    return new Set([
      'inputs',
      'targets',
      'systems',
      ...this.components.keys(),
      ...Object.keys(bindings),
      ...(target ? ['target'] : []),
    ])
  }

  /** A value that must be known now. `undefined` after a finding. */
  resolve(value: Json, bindings: JsonObject, path: RunbookPath): Json | undefined {
    return this.reporter.attempt(path, () => resolveTemplate(value, this.context(bindings)))
  }

  /** Text for people; what only the run can tell keeps its expression, and secrets are dots. */
  text(value: string, bindings: JsonObject, path: RunbookPath): string {
    const resolved = this.reporter.attempt(path, () =>
      resolveKnown(value, this.context(bindings), this.known(bindings, false)),
    )
    return resolved === undefined ? value : displayText(resolved)
  }

  /** A duration as written or as an expression gives it, in milliseconds. */
  duration(value: string | undefined, bindings: JsonObject, path: RunbookPath): number | undefined {
    if (value === undefined) return undefined
    const resolved = this.resolve(value, bindings, path)
    if (resolved === undefined) return undefined
    const ms = typeof resolved === 'string' ? parseDuration(resolved) : undefined
    if (ms === undefined)
      this.reporter.error(
        'PLAN_VALUE',
        path,
        `${JSON.stringify(resolved)} is no duration`,
        'Write for example 90s, 17m or 1h30m.',
      )
    return ms
  }

  /**
   * Whether a `when` can be told before the run.
   *
   * @returns undefined when it reads what only the run knows, or after a finding
   */
  condition(
    text: string,
    bindings: JsonObject,
    targets: readonly PlanTarget[],
    path: RunbookPath,
  ): boolean | undefined {
    return this.reporter.attempt(path, () => {
      const names = variablesOf(text)
      const known = this.known(bindings, targets.length > 0)
      if (!names.every((name) => known.has(name))) return undefined
      if (!names.includes('target')) return evaluateCondition(text, this.context(bindings))
      return targets.some((target) => evaluateCondition(text, this.context(bindings, target)))
    })
  }

  /** Arguments as far as they are known; `undefined` after a finding. */
  preview(
    value: JsonObject,
    bindings: JsonObject,
    target: PlanTarget | undefined,
    path: RunbookPath,
  ): JsonObject | undefined {
    try {
      return resolveKnown(
        value,
        this.context(bindings, target),
        this.known(bindings, target !== undefined),
      ) as JsonObject
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      this.reporter.expression(pathOfText(value, error.text, path), error)
      return undefined
    }
  }
}

/** Where inside a value a text stands, for the place of a finding. */
function pathOfText(value: Json, text: string, path: RunbookPath): RunbookPath {
  const find = (item: Json, at: RunbookPath): RunbookPath | undefined => {
    if (item === text) return at
    if (typeof item !== 'object' || item === null) return undefined
    for (const [key, child] of Object.entries(item)) {
      const found = find(child as Json, [...at, key])
      if (found) return found
    }
    return undefined
  }
  return find(value, path) ?? path
}

/** A resolved text for people. */
export function displayText(value: Json): string {
  const tainted: unknown = value
  if (isTainted(tainted)) {
    if ('$secret' in tainted) return '•••'
    return tainted.$secret_text.map((part) => (typeof part === 'string' ? part : '•••')).join('')
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}
