import { readFileSync } from 'node:fs'

/** What the schemas hold for editors that know nothing else; the language service says it in its own way. */
const forEditors = new Set(['markdownDescription', 'markdownEnumDescriptions', 'defaultSnippets'])

/** Keeps that out of the bundle. `rollbook schema` prints the files as they ship, and does not go by this. */
export const plainSchemas = {
  name: 'plain-schemas',
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]schemas[\\/][a-z]+\.v\d+\.schema\.json$/ }, ({ path }) => ({
      contents: JSON.stringify(plain(JSON.parse(readFileSync(path, 'utf8')))),
      loader: 'json',
    }))
  },
}

function plain(value) {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => !forEditors.has(key))
  return Object.fromEntries(kept.map(([key, member]) => [key, plain(member)]))
}
