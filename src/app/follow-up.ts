/** A second run over exactly those targets that did not make it in the first, pinned to the same runbook and release. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RollbookError, UsageError } from '../base/error.ts'
import { isTainted } from '../base/secret.ts'
import type { Plan, PlanInput } from '../plan/model.ts'
import type { RolloutState, RunState } from '../run/state.ts'
import type { LoadPlanOptions } from './load.ts'
import type { RunReader } from './run-reader.ts'

/** How a target of a rollout may have ended, in the words of `--only`. */
export const followedEnds = ['skipped', 'failed', 'rolled_back', 'held'] as const
export type FollowedEnd = (typeof followedEnds)[number]

export interface FollowUp {
  /** Id of the run that is followed up. */
  readonly of: string
  readonly only: readonly FollowedEnd[]
  /** In the order of the earlier plan. */
  readonly targets: readonly string[]
  /** Relative paths in the runbook start here. */
  readonly directory: string
  readonly load: Omit<LoadPlanOptions, 'cwd' | 'actions'>
}

/**
 * @param only - text of `--only`, ends parted by commas
 * @throws UsageError `FOLLOW_UP_END_UNKNOWN`, RollbookError `FOLLOW_UP_EMPTY`, `FOLLOW_UP_OPEN`
 */
export function followUp(reader: RunReader, only: string, cwd: string): FollowUp {
  const { run, plan, state } = reader
  const ends = readEnds(only)
  if (state.status !== 'ended')
    throw new RollbookError('FOLLOW_UP_OPEN', `run ${run.id} has not ended, so what is left of it is not known yet`, {
      hint: `"rollbook status ${run.id}" shows where it is.`,
    })
  const rollouts = Object.values(state.steps).flatMap(({ rollout }) => (rollout ? [rollout] : []))
  const targets = namesOf(rollouts, (end) => ends.includes(end as FollowedEnd))
  if (targets.length === 0)
    throw new RollbookError('FOLLOW_UP_EMPTY', `no target of run ${run.id} ended as ${ends.join(' or ')}`, {
      hint: `"rollbook report ${run.id}" tells how each of them ended.`,
    })
  const wanted = new Set(targets)
  const files = new Map(run.sources.map(({ path, file }) => [path, readFileSync(join(run.directory, file))]))
  const pathOf = (role: string): string | undefined => run.sources.find((source) => source.role === role)?.path
  const [runbook, inventory, catalog, values] = ['runbook', 'inventory', 'catalog', 'values'].map(pathOf)
  return {
    of: run.id,
    only: ends,
    targets,
    directory: String(run.meta['directory'] ?? cwd),
    load: {
      runbook: runbook ?? plan.runbook.file,
      ...(inventory === undefined ? {} : { inventory }),
      ...(catalog === undefined ? {} : { catalog }),
      ...(values === undefined ? {} : { values }),
      pinned: files,
      given: givenInputs(plan),
      versions: versionsAfter(plan, state),
      leaveOut: new Set(namesOf(rollouts, () => true).filter((name) => !wanted.has(name))),
    },
  }
}

/** As that run left them; what it did not touch, as it found it. */
function versionsAfter(plan: Plan, state: RunState): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.values(plan.targets).flatMap(({ name, version }) => {
      const known = state.versions[name]?.version ?? version
      return known ? [[name, known]] : []
    }),
  )
}

function readEnds(only: string): readonly FollowedEnd[] {
  const words = only.split(',').map((word) => word.trim().replaceAll('-', '_'))
  const unknown = words.find((word) => !followedEnds.includes(word as FollowedEnd))
  if (unknown !== undefined)
    throw new UsageError('FOLLOW_UP_END_UNKNOWN', `"${unknown}" is no end of a target that a run can follow up`, {
      hint: `Give one or more of ${followedEnds.join(', ')}, parted by commas.`,
    })
  return words as readonly FollowedEnd[]
}

function namesOf(rollouts: readonly RolloutState[], wants: (end: string) => boolean): readonly string[] {
  const names = rollouts.flatMap((rollout) =>
    Object.entries(rollout.targets).flatMap(([name, { state }]) => (wants(state) ? [name] : [])),
  )
  return [...new Set(names)]
}

/** What people gave on the command line or when asked; files and defaults are read again, secrets resolved again. */
function givenInputs(plan: Plan): NonNullable<LoadPlanOptions['given']> {
  const isGiven = ([, input]: [string, PlanInput]): boolean =>
    (input.source === 'set' || input.source === 'asked') && input.type !== 'secret' && !isTainted(input.value)
  return Object.fromEntries(
    Object.entries(plan.inputs)
      .filter(isGiven)
      .map(([name, { value }]) => [name, { value, source: 'set' as const }]),
  )
}
