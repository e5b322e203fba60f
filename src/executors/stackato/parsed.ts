import type { JsonSchema } from '../../ports/executor.ts'
import { choice } from '../schema.ts'

/** How far the outputs can be trusted: the vendor documents few layouts. */
export const parsed: JsonSchema = choice(
  'How it was read',
  '`exact`: the vendor documents this output. `tolerant`: its layout is not documented; what looked right was taken, and the whole text is kept as evidence.',
  ['exact', 'tolerant'],
)
