import type { ConformanceDescription } from '../../../src/conformance/index.ts'
import { catoConformance } from './cato.ts'
import { labConformance } from './lab-cases.ts'

/** How each executor that ships is exercised. A new one is one line here. */
export const shipped: Readonly<Record<string, ConformanceDescription>> = {
  check: labConformance('check'),
  ssh: labConformance('ssh'),
  local: labConformance('local'),
  http: labConformance('http'),
  file: labConformance('file'),
  wait: labConformance('wait'),
  notify: labConformance('notify'),
  cato: catoConformance,
}
