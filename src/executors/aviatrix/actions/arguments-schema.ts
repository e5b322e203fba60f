import type { JsonSchema } from '../../../ports/executor.ts'
import { choice, duration, list, text } from '../../schema.ts'

/** Schemas and times that several actions of this folder use. */
export const system: JsonSchema = text(
  'System',
  'Name of the system in the inventory. Default: the one of the target, or the only one of kind `aviatrix`.',
)

export const second = 1000
export const minute = 60_000

export function intervalSchema(byDefault: string): JsonSchema {
  return duration('Interval', 'Pause between two looks, on the controller’s clock.', { default: byDefault })
}

export function limitSchema(byDefault: string): JsonSchema {
  return duration('Limit', 'Longest wait for the end, on the controller’s clock.', { default: byDefault })
}

export function requireSchema(wanted: string, description: string): JsonSchema {
  return choice('Require', `\`${wanted}\`: ${description} \`nothing\`: only look.`, [wanted, 'nothing'], {
    default: wanted,
  })
}

export const findings: JsonSchema = list(
  'Findings',
  'What speaks against it, in words; empty when nothing does.',
  text('Finding', 'One finding.'),
)
