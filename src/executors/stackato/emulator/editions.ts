import { helion } from './helion/edition.ts'
import { stackato30 } from './modules/edition.ts'
import type { Edition } from './world.ts'

export type EditionName = 'helion' | '3.0'

/** The products that can be emulated, by the name that inventories use. */
export const editions: Readonly<Record<EditionName, Edition>> = { helion, '3.0': stackato30 }
