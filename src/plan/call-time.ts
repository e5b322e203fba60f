/** Whole milliseconds that one call, or one act of a person, takes. How long a run takes is the simulator's to tell. */
export interface CallTime {
  readonly expected_ms: number
  readonly worst_ms: number
}

/** For the forms that only hold others, and for what is left out. */
export const noTime: CallTime = { expected_ms: 0, worst_ms: 0 }

/** Whatever has a deadline takes no longer than that. */
export function withinDeadline(time: CallTime, deadlineMs: number | undefined): CallTime {
  if (deadlineMs === undefined) return time
  return { expected_ms: Math.min(time.expected_ms, deadlineMs), worst_ms: Math.min(time.worst_ms, deadlineMs) }
}
