import type { JsonObject } from '../base/json.ts'
import type { Gate, Rollout } from '../runbook/runbook.generated.ts'
import { withinDeadline } from './call-time.ts'
import { noRetry, planDefaults } from './defaults.ts'
import type { PlanGate, PlanStepBase } from './model.ts'
import type { RunbookPath } from './places.ts'
import type { Planning } from './planning.ts'
import type { StepSite } from './step-site.ts'

/** @param path - leads to `gate` */
export function planGateTerms(
  gate: Gate,
  bindings: JsonObject,
  path: RunbookPath,
  planning: Planning,
): PlanGate['gate'] {
  const expires = planning.duration(gate.expires_after, bindings, [...path, 'expires_after'])
  return {
    type: gate.type,
    roles: gate.roles,
    min_approvals: gate.min_approvals ?? 1,
    exclude_initiator: gate.exclude_initiator ?? false,
    ...(expires === undefined ? {} : { expires_after_ms: expires }),
    on_expiry: gate.on_expiry ?? 'no_go',
    ...(gate.prompt === undefined ? {} : { prompt: planning.text(gate.prompt, bindings, [...path, 'prompt']) }),
  }
}

/**
 * The gates of a rollout's canary and waves; their ids are those of the waves.
 *
 * @param position - number of what stands before them inside the rollout
 */
export function planWaveGates(
  rollout: Rollout,
  base: PlanStepBase,
  position: number,
  site: StepSite,
  source: RunbookPath,
  planning: Planning,
): readonly PlanGate[] {
  const { canary, waves = [] } = rollout
  const gated = [
    ...(canary?.gate ? [{ id: 'canary', title: canary.title ?? 'Canary', gate: canary.gate, path: ['canary'] }] : []),
    ...waves.flatMap(({ id, title, gate }, index) =>
      gate ? [{ id, title: title ?? id, gate, path: ['waves', index] }] : [],
    ),
  ]
  return gated.map(({ id, title, gate, path }, index): PlanGate => {
    const at = [...source, ...path]
    const terms = planGateTerms(gate, site.bindings, [...at, 'gate'], planning)
    return {
      form: 'gate',
      path: `${base.path}/gate/${id}`,
      id,
      number: `${base.number}.${position + index + 1}`,
      title: `Open the wave: ${planning.text(title, site.bindings, [...at, 'title'])}`,
      ...(base.role === undefined ? {} : { role: base.role }),
      targets: [],
      retry: noRetry,
      on_failure: 'stop',
      on_unknown: 'ask',
      duration: withinDeadline(planDefaults.gate, terms.expires_after_ms),
      point_of_no_return: false,
      evidence: [],
      covers: [],
      bindings: site.bindings,
      gate: terms,
    }
  })
}
