import { compareVersions, isVersion, type VersionScheme } from '../base/version-scheme.ts'
import { compareLines, isInside, type Line, type LineReference, lineOf, lineText, readLineReference } from './line.ts'
import type { Catalog, Product, Release } from './model.ts'
import { CatalogRefusal } from './refusal.ts'

/** The releases of a product as questions need them; made once per product. */
export interface Releases {
  readonly product: Product
  readonly scheme: VersionScheme
  /** Those that may be taken, oldest first. */
  readonly available: readonly Release[]
  /** Lines with an available release, oldest first. */
  readonly lines: readonly Line[]
  /** Newest available release by line. */
  readonly newest: ReadonlyMap<string, Release>
  /** Available releases by their text. */
  readonly byText: ReadonlyMap<string, Release>
}

const known = new WeakMap<Product, Releases>()

export function releasesOf(product: Product): Releases {
  const made = known.get(product) ?? makeReleases(product)
  known.set(product, made)
  return made
}

function makeReleases(product: Product): Releases {
  const scheme = product.scheme ?? 'dotted'
  const available = product.releases
    .filter(({ version, withdrawn }) => withdrawn === undefined && isVersion(version, scheme))
    .toSorted((a, b) => compareVersions(a.version, b.version, scheme) ?? 0)
  const newest = new Map(available.map((release) => [lineText(lineOf(release.version)), release]))
  const lines = [...newest.values()].map(({ version }) => lineOf(version)).toSorted(compareLines)
  return {
    product,
    scheme,
    available,
    lines,
    newest,
    byText: new Map(available.map((release) => [release.version, release])),
  }
}

/**
 * Chooses the product that a question is about.
 *
 * @param name - undefined: the only one
 * @throws CatalogRefusal
 */
export function productOf(catalog: Catalog | undefined, name: string | undefined): Product {
  if (!catalog) {
    throw new CatalogRefusal(
      'there is no catalog of releases to ask',
      'Name one under `catalog` in the runbook, or give it with --catalog FILE.',
    )
  }
  const names = Object.keys(catalog.products)
  const wanted = name ?? (names.length === 1 ? names[0] : undefined)
  const product = wanted !== undefined && Object.hasOwn(catalog.products, wanted) ? catalog.products[wanted] : undefined
  if (product) return product
  if (name === undefined)
    throw new CatalogRefusal(
      `the catalog "${catalog.name}" has ${names.length} products, so one must be named`,
      `They are: ${names.join(', ')}.`,
    )
  throw new CatalogRefusal(`the catalog "${catalog.name}" has no product "${name}"`, `It has: ${names.join(', ')}.`)
}

/** Below 0, 0 or above 0. @throws CatalogRefusal when one of them is no version of the product's scheme */
export function order(releases: Releases, a: string, b: string): number {
  const result = compareVersions(a, b, releases.scheme)
  if (result !== undefined) return result
  throw new CatalogRefusal(
    `"${isVersion(a, releases.scheme) ? b : a}" is no version of the scheme "${releases.scheme}"`,
  )
}

/** The available release of that order, if it was published. */
export function findRelease(releases: Releases, version: string): Release | undefined {
  return (
    releases.byText.get(version) ??
    releases.available.find((release) => compareVersions(release.version, version, releases.scheme) === 0)
  )
}

/** The release that a text means: by its text, as a line or a major by its newest one, else by order. */
export function findTarget(releases: Releases, text: string): Release | undefined {
  const reference = readLineReference(text)
  return releases.byText.get(text) ?? (reference ? newestOf(releases, reference) : findRelease(releases, text))
}

/** The newest available release of a line or a major. */
export function newestOf(releases: Releases, reference: LineReference): Release | undefined {
  return releases.available.findLast(({ version }) => isInside(version, reference))
}

/** What was published, shortened for a message: lines with their newest release. */
export function listReleases(releases: Releases): string {
  const newest = releases.lines.flatMap((line) => releases.newest.get(lineText(line))?.version ?? [])
  return newest.length > 8 ? `${newest.slice(0, 4).join(', ')}, … ${newest.slice(-3).join(', ')}` : newest.join(', ')
}
