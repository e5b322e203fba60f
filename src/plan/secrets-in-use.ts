import { isJsonObject } from '../base/json.ts'
import type { Plan } from './model.ts'

/**
 * Names of the secrets that something in the plan will read. A step that is left out needs none, so that an
 * optional secret is asked for only when it is used.
 */
export function secretsInUse(plan: Plan): ReadonlySet<string> {
  const secrets = Object.keys(plan.secrets ?? {})
  const texts: string[] = []
  collect([plan.phases, plan.acceptance_criteria, plan.systems, plan.targets], texts)
  const read = (name: string): boolean => {
    const word = new RegExp(`\\binputs\\.${name}\\b|\\binputs\\[\\s*["']${name}["']|^${name}$`)
    return texts.some((text) => word.test(text))
  }
  return new Set(secrets.filter(read))
}

/** Every text of the plan that holds expressions, and the names of references that planning resolved already. */
function collect(value: unknown, texts: string[]): void {
  if (typeof value === 'string') {
    if (value.includes('inputs')) texts.push(value)
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, texts)
  } else if (isJsonObject(value)) {
    if (typeof value['skip'] === 'string') return
    if (typeof value['$secret'] === 'string') texts.push(value['$secret'])
    for (const item of Object.values(value)) collect(item, texts)
  }
}
