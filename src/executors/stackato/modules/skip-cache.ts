import type { Json } from '../../../base/json.ts'
import type { JsonSchema } from '../../../ports/executor.ts'
import { flag } from '../../schema.ts'

const variable = 'STACKATO_UPGRADE_SKIP_PROXY_CACHE'

export const skipCacheProperty: JsonSchema = flag(
  'Without the cache',
  `Exports \`${variable}\`: the caching proxy is not set up, and every node downloads everything itself, which is slower.`,
  { default: false },
)

export function skipCacheEnvironment(value: Json | undefined): Record<string, string> {
  return value === true ? { [variable]: '1' } : {}
}

export function skipCacheWords(value: Json | undefined): string {
  return value === true ? `${variable}=1 ` : ''
}
