import { expressionEntries } from '../language/catalogue/expression.ts'
import { meaningEntries } from '../language/catalogue/meaning.ts'
import { releaseEntries } from '../language/catalogue/release.ts'
import { rolloutEntries } from '../language/catalogue/rollout.ts'
import { schemaEntries } from '../language/catalogue/schema.ts'
import { syntaxEntries } from '../language/catalogue/syntax.ts'

/** The findings of the language by area, in the order of their reference page. */
export const findingAreas: readonly {
  readonly title: string
  readonly entries: Readonly<Record<string, { readonly title: string }>>
}[] = [
  { title: 'YAML', entries: syntaxEntries },
  { title: 'Keys and values', entries: schemaEntries },
  { title: 'Expressions', entries: expressionEntries },
  { title: 'Meaning of a runbook', entries: meaningEntries },
  { title: 'Rollouts', entries: rolloutEntries },
  { title: 'Releases of a catalog', entries: releaseEntries },
]
