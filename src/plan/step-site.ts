import type { JsonObject } from '../base/json.ts'
import type {
  Cleanup,
  DurationEstimate,
  EvidenceItem,
  Impact,
  Raci,
  Retry,
  Step,
} from '../runbook/runbook.generated.ts'
import type { OnFailure } from './model.ts'
import type { RunbookPath } from './places.ts'

/** Where a step stands while it is planned. */
export interface StepSite {
  /** Path of the phase or group around. */
  readonly parent: string
  readonly number: string
  /** The step in the runbook. */
  readonly source: RunbookPath
  readonly bindings: JsonObject
  readonly role: string | undefined
  readonly raci: JsonObject | undefined
}

/** What steps of all forms may carry. */
export interface CommonStep {
  readonly id: string
  readonly title: string
  readonly description?: string
  readonly when?: string
  readonly on?: string | string[]
  readonly role?: string
  readonly deadline?: string
  readonly retry?: Retry
  readonly on_failure?: OnFailure
  readonly on_unknown?: 'ask' | 'hold' | 'fail'
  readonly duration?: DurationEstimate
  readonly impact?: Impact
  readonly back_out?: 'undo' | Step[]
  readonly point_of_no_return?: boolean
  readonly cleanup?: Cleanup
  readonly expected_result?: string
  readonly evidence?: EvidenceItem[]
  readonly covers?: string[]
  readonly raci?: Raci
  readonly after?: string[]
}
