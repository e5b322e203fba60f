import type { Catalog } from '../catalog/index.ts'

/** The receiver `versions`: carries functions, and the catalog that some of them ask. */
export class Versions {
  readonly catalog: Catalog | undefined
  constructor(catalog?: Catalog) {
    this.catalog = catalog
  }
}

const withoutCatalog = new Versions()
const made = new WeakMap<Catalog, Versions>()

/** One receiver per catalog. */
export function versionsOf(catalog: Catalog | undefined): Versions {
  if (!catalog) return withoutCatalog
  const known = made.get(catalog) ?? new Versions(catalog)
  made.set(catalog, known)
  return known
}
