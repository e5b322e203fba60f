import type { JsonSchema } from '../../../ports/executor.ts'
import { duration, list, text } from '../../schema.ts'

/** Schemas that several actions of this folder use. */
export const system: JsonSchema = text(
  'System',
  'Name of the system in the inventory. Default: the one of the target, or the only one of kind `cato`.',
)

export const interval: JsonSchema = duration('Interval', 'Pause between two looks, on the account’s clock.', {
  default: '15s',
})

export const reasonsList: JsonSchema = list(
  'Reasons',
  'What speaks against it, in words; empty when nothing does.',
  text('Reason', 'One reason.'),
)

export const tolerateList: JsonSchema = list(
  'Tolerated reasons',
  'Reasons of degradation that count as healthy, in the vendor’s words. Default: different majors on an HA pair, which is so between the two steps of a major upgrade.',
  text('Reason', 'Such as `WAN_TUNNEL_DISCONNECTED`.'),
  { default: ['HA_NOT_READY_INCOMPATIBLE_MAJOR_SOCKET_VERSIONS'] },
)

export const minute = 60_000
export const intervalMsDefault = 15_000
