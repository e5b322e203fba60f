import type { Json } from '../../../base/json.ts'
import type { World } from './world.ts'

export type Parameters = Readonly<Record<string, string>>

/** `bare` stands in the body as it is; everything else goes into the envelope. */
export type Reply =
  | { readonly kind: 'results'; readonly results: Json }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'bare'; readonly value: Json }
  /** The call blocks: the answer follows at the end of the upgrade. */
  | { readonly kind: 'blocked'; readonly taskId: string }

export type Handler = (world: World, given: Parameters) => Reply

export const results = (value: Json): Reply => ({ kind: 'results', results: value })
export const refused = (reason: string): Reply => ({ kind: 'refused', reason })

/** As controllers print a release; an empty text stays empty. */
export const printed = (version: string): string => (version === '' ? '' : `UserConnect-${version}`)
