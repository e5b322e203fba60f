import type { Json } from '../base/json.ts'

/** Where a difference belongs, in the order in which people read them. */
export const areas = [
  'runbook',
  'inputs',
  'roles',
  'windows',
  'freezes',
  'components',
  'limits',
  'rules',
  'criteria',
  'requirements',
  'phases',
  'steps',
  'targets',
  'time',
  'content',
] as const
export type Area = (typeof areas)[number]

/**
 * One difference in what two files mean.
 *
 * - `added`, `removed`: `to` or `from` tells what it is.
 * - `changed`: the value under `key` inside of `subject`; an absent `from` or `to` means that nothing is said there.
 * - `moved`: it stands elsewhere; `from` and `to` are the places.
 * - `ordered`: the same members in another order; `from` and `to` are lists of their names.
 */
export interface Difference {
  readonly area: Area
  readonly kind: 'added' | 'removed' | 'changed' | 'moved' | 'ordered'
  /** Name of what differs, such as `upgrade/nodes` or `release`; empty: the file as a whole. */
  readonly subject: string
  /** Keys inside of it, joined by dots. */
  readonly key?: string
  readonly from?: Json
  readonly to?: Json
}

export interface Comparison {
  /** Sorted by area. Empty: both mean the same. */
  readonly differences: readonly Difference[]
  /** Titles, descriptions and the like that differ and change nothing. */
  readonly words: readonly Difference[]
}
