import { findDeprecatedKeys } from '../runbook/deprecated-keys.ts'
import type { Migration } from './migration.ts'

/** The former name of a key, see src/runbook/deprecated-keys.ts. */
export const blastRadiusUnits: Migration = {
  id: 'blast-radius-units',
  from: '`max_sites` in a blast radius',
  describe: 'It is called `max_units`: what is counted are units, and a unit is a site where its component says so.',
  find: ({ source }) =>
    (source.root ? findDeprecatedKeys(source.root) : []).flatMap(({ key, replacement, entry, isDouble, migration }) =>
      // Where both stand, only the author can take one away.
      isDouble || migration !== 'blast-radius-units'
        ? []
        : [{ range: entry.key.range, text: replacement, words: `${key} → ${replacement}` }],
    ),
}
