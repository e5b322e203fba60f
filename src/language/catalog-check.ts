import { compareVersions, isVersion, type VersionScheme, versionSchemes } from '../base/version-scheme.ts'
import { lineOf, lineText, readLineReference } from '../catalog/index.ts'
import type { MapNode, ScalarNode, SourceNode } from '../source/index.ts'
import { mapIn, mapsIn, textIn } from './outline.ts'
import type { Reporter } from './reporter.ts'

/** Checks what the schema of catalogs cannot: that releases can be ordered, and that what refers to them finds them. */
export function checkCatalog(root: MapNode, reporter: Reporter): void {
  for (const { key, node } of mapIn(root, 'products')?.entries ?? []) {
    if (node.kind === 'map') checkProduct(key.text, node, reporter)
  }
}

function checkProduct(id: string, product: MapNode, reporter: Reporter): void {
  const scheme = schemeOf(product)
  if (!scheme) return
  const releases = mapsIn(product, 'releases')
  const versions = checkVersions(releases, scheme, reporter)
  for (const release of releases) checkRequires(release, scheme, reporter)
  const key = product.byKey.get('releases')?.key
  if (key && releases.length > 0 && releases.every((release) => release.byKey.has('withdrawn')))
    reporter.report('RELEASE_NONE_AVAILABLE', key.range, { product: id })
  for (const image of mapsIn(product, 'images')) {
    const list = image.byKey.get('releases')?.node
    for (const item of list?.kind === 'list' ? list.items : []) checkReference(item, versions, scheme, reporter)
  }
  for (const pair of mapsIn(product, 'no_rollback')) {
    checkReference(pair.byKey.get('from')?.node, versions, scheme, reporter)
    checkReference(pair.byKey.get('to')?.node, versions, scheme, reporter)
  }
}

/** Undefined when the scheme itself is wrong, which the schema tells. */
function schemeOf(product: MapNode): VersionScheme | undefined {
  const text = textIn(product, 'scheme')?.text
  return product.byKey.has('scheme') ? versionSchemes.find((known) => known === text) : 'dotted'
}

/** Tells versions that cannot be ordered or stand twice, and gives the texts of the others. */
function checkVersions(releases: readonly MapNode[], scheme: VersionScheme, reporter: Reporter): readonly string[] {
  const seen: { readonly text: string; readonly node: ScalarNode }[] = []
  for (const release of releases) {
    const node = scalarAt(release, 'version')
    if (!node) continue
    const text = String(node.value)
    if (!isVersion(text, scheme)) {
      reportVersion(node, scheme, reporter)
      continue
    }
    seen.push({ text, node })
  }
  const ordered = seen.toSorted(
    (a, b) => compareVersions(a.text, b.text, scheme) || a.node.range.start - b.node.range.start,
  )
  for (const [index, { text, node }] of ordered.entries()) {
    const first = ordered[index - 1]
    if (!first || compareVersions(first.text, text, scheme) !== 0) continue
    const related = [{ message: 'first listed here', range: first.node.range }]
    reporter.report('RELEASE_DUPLICATE', node.range, { version: text, other: first.text }, { related })
  }
  return seen.map(({ text }) => text)
}

function reportVersion(node: ScalarNode, scheme: VersionScheme, reporter: Reporter): void {
  const text = String(node.value)
  const fits = versionSchemes.find((other) => isVersion(text, other))
  reporter.report('RELEASE_VERSION', node.range, { version: text, scheme, ...(fits ? { fits } : {}) })
}

function checkRequires(release: MapNode, scheme: VersionScheme, reporter: Reporter): void {
  const [version, requires] = [scalarAt(release, 'version'), scalarAt(release, 'requires')]
  if (!version || !requires) return
  if (!isVersion(String(requires.value), scheme)) return reportVersion(requires, scheme, reporter)
  const order = compareVersions(String(requires.value), String(version.value), scheme)
  if (order !== undefined && order >= 0)
    reporter.report('RELEASE_REQUIRES', requires.range, {
      version: String(version.value),
      requires: String(requires.value),
    })
}

function checkReference(
  node: SourceNode | undefined,
  versions: readonly string[],
  scheme: VersionScheme,
  reporter: Reporter,
): void {
  if (node?.kind !== 'scalar' || typeof node.value !== 'string') return
  const text = node.value
  const reference = readLineReference(text)
  const isListed = versions.some((version) => {
    if (version === text || compareVersions(version, text, scheme) === 0) return true
    const line = lineOf(version)
    return reference?.kind === 'major'
      ? line.major === reference.major
      : reference !== undefined && lineText(line) === lineText(reference.line)
  })
  if (isListed) return
  const nearest = reporter.nearest(text, versions)
  reporter.report('RELEASE_UNKNOWN', node.range, { version: text, ...(nearest ? { nearest } : {}) })
}

function scalarAt(map: MapNode, key: string): ScalarNode | undefined {
  const node = map.byKey.get(key)?.node
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node : undefined
}
