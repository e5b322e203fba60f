import { findDeprecatedKeys, mayHoldDeprecatedKeys } from '../runbook/deprecated-keys.ts'
import type { MapNode } from '../source/index.ts'
import { type Reporter, replaceFix } from './reporter.ts'

/** Warns of keys that were renamed. */
export function checkDeprecations(root: MapNode, reporter: Reporter): void {
  if (!mayHoldDeprecatedKeys(reporter.source.text)) return
  for (const { key, replacement, migration, entry, isDouble } of findDeprecatedKeys(root)) {
    const { range } = entry.key
    if (isDouble) {
      reporter.report('KEY_DEPRECATED', range, { key, replacement, migration, double: 'yes' })
      continue
    }
    const { fix } = replaceFix(range, replacement)
    const title = `Write "${replacement}" (migration ${migration})`
    reporter.report(
      'KEY_DEPRECATED',
      range,
      { key, replacement, migration },
      fix ? { fix: { ...fix, title, safe: true } } : {},
    )
  }
}
