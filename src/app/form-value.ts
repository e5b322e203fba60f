import { parseDuration } from '../base/duration.ts'
import type { Json } from '../base/json.ts'
import { parseSize } from '../base/size.ts'
import type { PlanFormField } from '../plan/model.ts'

/**
 * Reads what a person typed into a field.
 *
 * @returns the value, or a sentence about what is wrong with the text
 */
export function readFormValue(
  field: PlanFormField,
  text: string,
): { readonly value: Json } | { readonly problem: string } {
  const trimmed = text.trim()
  if (trimmed === '') return field.required ? { problem: `"${field.title}" is required.` } : { value: '' }
  switch (field.type) {
    case 'integer':
      return /^[+-]?\d+$/.test(trimmed) ? { value: Number(trimmed) } : { problem: 'Give a whole number.' }
    case 'number':
      return Number.isFinite(Number(trimmed)) ? { value: Number(trimmed) } : { problem: 'Give a number.' }
    case 'boolean':
      if (/^(yes|y|true)$/i.test(trimmed)) return { value: true }
      return /^(no|n|false)$/i.test(trimmed) ? { value: false } : { problem: 'Answer yes or no.' }
    case 'duration':
      return parseDuration(trimmed) === undefined
        ? { problem: 'Give a duration such as 90s or 1h30m.' }
        : { value: trimmed }
    case 'size':
      return parseSize(trimmed) === undefined ? { problem: 'Give a size such as 7GB.' } : { value: trimmed }
    case 'date_time':
      return Number.isNaN(Date.parse(trimmed))
        ? { problem: 'Give an instant such as 2027-01-04T01:00:00Z.' }
        : { value: trimmed }
    case 'enum':
      return field.options && !field.options.includes(trimmed)
        ? { problem: `Choose one of ${field.options.join(', ')}.` }
        : { value: trimmed }
    default:
      return { value: text }
  }
}
