import { isInside, readLineReference } from './line.ts'
import type { Product } from './model.ts'
import { CatalogRefusal } from './refusal.ts'
import { findRelease, listReleases, order, type Releases, releasesOf } from './releases.ts'

/** Says whether a text of the catalog, a release or a line, means this version. */
function means(releases: Releases, text: string, version: string): boolean {
  if (text === version) return true
  const reference = readLineReference(text)
  return reference ? isInside(version, reference) : order(releases, text, version) === 0
}

/**
 * The image that goes with a release: the first one listed for it.
 *
 * @param platform - such as `aws`; images without a platform fit everywhere
 * @throws CatalogRefusal when none is listed
 */
export function imageFor(product: Product, release: string, platform: string): string {
  const releases = releasesOf(product)
  const found = (product.images ?? []).find(
    (image) =>
      (image.platform === undefined || image.platform === platform) &&
      image.releases.some((text) => means(releases, text, release)),
  )
  if (found) return found.name
  throw new CatalogRefusal(`the catalog has no image for ${release}${platform === '' ? '' : ` on ${platform}`}`)
}

/** `sha256:` or `sha512:` and hexadecimal digits. @throws CatalogRefusal when it is not known */
export function checksumOf(product: Product, release: string, file: string): string {
  const releases = releasesOf(product)
  const found = findRelease(releases, release)
  if (!found)
    throw new CatalogRefusal(`${release} was not published`, `The newest releases are ${listReleases(releases)}.`)
  const checksum = found.checksums?.find((known) => known.file === file)
  if (!checksum) throw new CatalogRefusal(`the catalog has no checksum for "${file}" of ${release}`)
  return checksum.sha512 === undefined
    ? `sha256:${(checksum.sha256 ?? '').toLowerCase()}`
    : `sha512:${checksum.sha512.toLowerCase()}`
}

/** Why a way back does not exist, as a sentence; undefined when the catalog has nothing against it. */
export function rollbackRefusal(product: Product, from: string, to: string): string | undefined {
  const releases = releasesOf(product)
  if (order(releases, to, from) >= 0) return `${to} is not older than ${from}`
  const ruled = (product.no_rollback ?? []).find(
    (pair) => means(releases, pair.from, from) && means(releases, pair.to, to),
  )
  return (
    ruled &&
    `there is no way back from ${ruled.from} to ${ruled.to}${ruled.reason === undefined ? '' : `: ${ruled.reason}`}`
  )
}
