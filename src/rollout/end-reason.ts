import type { EndReason } from './events.ts'

/** All reasons, in the order of their numbers in the state; the first stands for none. */
export const endReasons: readonly EndReason[] = [
  'done',
  'failed',
  'deadline',
  'unhealthy',
  'health_unknown',
  'rollback_failed',
  'rollback_deadline',
  'taken_back',
  'asked',
  'stopped',
  'window_ended',
  'window_closed',
  'skip_when',
  'unit',
  'operator',
]
