import type { CatalogFile, Product } from './catalog.generated.ts'

export type { Image, Product, Release } from './catalog.generated.ts'

/** What a plan keeps of a catalog: plain JSON, complete, so that a run needs no file. */
export interface Catalog {
  readonly name: string
  readonly title?: string
  /** By id. */
  readonly products: Readonly<Record<string, Product>>
}

/** @param file - passed the schema */
export function catalogOf({ name, title, products }: CatalogFile): Catalog {
  return { name, ...(title === undefined ? {} : { title }), products }
}
