/** What an operator can say to a rollout that is under way. */
export const steeringWords = [
  'pause',
  'resume',
  'stop',
  'skip-target',
  'retry-target',
  'rollback-target',
  'promote',
  'stop-lane',
  'stop-wave',
  'concurrency',
  'break-glass',
] as const

export type SteeringWord = (typeof steeringWords)[number]
