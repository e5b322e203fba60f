/**
 * Why an action failed; the class decides what may be tried again and which advice people get.
 *
 * - `unreachable`: no connection to the target or system, or it broke
 * - `not_ready`: reachable, but a precondition does not hold yet
 * - `unhealthy`: the change was made and a health check says no
 * - `refused`: the far side (or a rule) said no: wrong credentials, wrong host key, rejected request
 * - `process`: the work itself failed: non-zero exit, malformed reply, killed
 * - `timeout`: silence past the deadline
 * - `cancelled`: a person or a stop ended it
 * - `unknown`: it cannot be told whether the effect happened
 */
export const failureClasses = [
  'unreachable',
  'not_ready',
  'unhealthy',
  'refused',
  'process',
  'timeout',
  'cancelled',
  'unknown',
] as const

export type FailureClass = (typeof failureClasses)[number]
