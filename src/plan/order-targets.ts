import type { Json, JsonObject } from '../base/json.ts'
import { evaluateExpression } from '../expression/index.ts'
import type { Rollout } from '../runbook/runbook.generated.ts'
import type { PlanRollout, PlanTarget } from './model.ts'
import type { RunbookPath } from './places.ts'
import type { Planning } from './planning.ts'

type Order = NonNullable<Rollout['order']>

/**
 * Puts targets into the order of a rollout. A target takes the place of the first entry of `sequence` that it holds;
 * equals keep the order of the inventory. An entry that is an expression stands for the list that it gives.
 */
export function orderTargets(
  targets: readonly PlanTarget[],
  written: Order | undefined,
  bindings: JsonObject,
  path: RunbookPath,
  planning: Planning,
): readonly PlanTarget[] {
  if (!written) return targets
  const order = { ...written, sequence: sequenceOf(written, bindings, path, planning) }
  const ranked = targets.map((target) => {
    const value = planning.reporter.attempt([...path, 'by'], () =>
      evaluateExpression(order.by, planning.context(bindings, target)),
    )
    const held = heldBy(value ?? [])
    const rank = rankOf(held, order)
    if (rank === undefined) {
      planning.reporter.error(
        'PLAN_ORDER',
        [...path, 'sequence'],
        `the target "${target.name}" holds none of ${order.sequence.join(', ')}; it has ${held.join(', ') || 'nothing'}`,
        'Add its value to `sequence`, or let `unmatched` be `first` or `last`.',
      )
    }
    return { target, rank: rank ?? order.sequence.length }
  })
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ target }) => target)
}

function sequenceOf(order: Order, bindings: JsonObject, path: RunbookPath, planning: Planning): readonly string[] {
  const given = order.sequence.flatMap((entry, at) =>
    heldBy(planning.resolve(entry, bindings, [...path, 'sequence', at]) ?? []),
  )
  return [...new Set(given)]
}

function heldBy(value: Json): readonly string[] {
  return (Array.isArray(value) ? (value as readonly Json[]) : [value]).map(String).filter((text) => text !== '')
}

function rankOf(
  held: readonly string[],
  order: Omit<Order, 'sequence'> & { readonly sequence: readonly string[] },
): number | undefined {
  if (order.always_last !== undefined && held.includes(order.always_last)) return order.sequence.length + 1
  const rank = order.sequence.findIndex((value) => held.includes(value))
  if (rank >= 0) return rank
  if (order.unmatched === 'error') return undefined
  return order.unmatched === 'first' ? -1 : order.sequence.length
}

/** The targets of a rollout as they go: what the rollout and its units say about order counts, not the inventory. */
export function targetsInOrder({ lanes, targets }: PlanRollout): readonly string[] {
  const all = lanes.flatMap((lane) => lane.waves.flatMap((wave) => wave.targets))
  if (all.length !== targets.length) return targets
  return all.toSorted((one, other) => (one.rank ?? 0) - (other.rank ?? 0)).map(({ name }) => name)
}
