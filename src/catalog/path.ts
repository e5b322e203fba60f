import { releaseHopRefusal } from './hop.ts'
import { lineOf, lineText, readLineReference } from './line.ts'
import type { Product } from './model.ts'
import { CatalogRefusal } from './refusal.ts'
import { findTarget, listReleases, order, type Releases, releasesOf } from './releases.ts'

/**
 * The releases to take one after another to get from what runs to a target, as the product prints them.
 *
 * 1. Every hop is allowed by the product (`skip`, `choose`, `requires`, `newest_first`), and leads to something newer.
 * 2. The last one is the target; of a line such as `6.6` its newest build.
 * 3. There are as few hops as possible, and each of them takes the newest build that it can.
 *
 * @param from - what runs; it need not stand in the catalog
 * @param to - a release, a line `6.6`, a major `18`, or empty: the newest build of the running line
 * @returns without `from`; empty when the target runs already
 * @throws CatalogRefusal when there is no way, with the reason
 */
export function releasePath(product: Product, from: string, to: string): readonly string[] {
  const releases = releasesOf(product)
  if (from === '')
    throw new CatalogRefusal('the version that runs is not known', 'Give its `version` in the inventory.')
  order(releases, from, from)
  const target = resolveTarget(releases, from, to)
  if (target === undefined || order(releases, target, from) === 0) return []
  if (order(releases, target, from) < 0) {
    if (to === '' || isSameLine(to, from)) return []
    throw new CatalogRefusal(`${target} is older than ${from}, and there is no going back`)
  }
  return search(releases, from, target)
}

function isSameLine(to: string, from: string): boolean {
  const reference = readLineReference(to)
  return reference?.kind === 'line' && lineText(reference.line) === lineText(lineOf(from))
}

function resolveTarget(releases: Releases, from: string, to: string): string | undefined {
  if (to === '') return releases.newest.get(lineText(lineOf(from)))?.version
  const found = findTarget(releases, to)
  if (found) return found.version
  const withdrawn = releases.product.releases.find((release) => release.version === to)?.withdrawn
  throw new CatalogRefusal(
    withdrawn === undefined ? `${to} was not published` : `${to} was withdrawn: ${withdrawn}`,
    `The newest releases are ${listReleases(releases)}.`,
  )
}

/** Breadth first, the newest candidate first: the first way found is the shortest, by the newest builds. */
function search(releases: Releases, from: string, target: string): readonly string[] {
  const candidates = candidatesBetween(releases, from, target)
  const cameFrom = new Map<string, string>()
  const queue = [from]
  for (const at of queue) {
    for (const next of releases.product.skip === 'none' ? nextOnly(candidates, at) : candidates) {
      if (cameFrom.has(next) || releaseHopRefusal(releases, at, next) !== undefined) continue
      cameFrom.set(next, at)
      if (next === target) return wayBack(cameFrom, target, from)
      queue.push(next)
    }
  }
  throw new CatalogRefusal(
    `there is no way from ${from} to ${target}: ${obstacle(releases, candidates, queue)}`,
    `The newest releases are ${listReleases(releases)}.`,
  )
}

/** Why it does not go on from the newest version that was reached. */
function obstacle(releases: Releases, candidates: readonly string[], reached: readonly string[]): string {
  const at = reached.reduce((best, version) => (order(releases, version, best) > 0 ? version : best))
  const next = candidates.findLast((version) => order(releases, version, at) > 0)
  return (next && releaseHopRefusal(releases, at, next)) ?? 'no hop leads there'
}

/** Where nothing is skipped there is one way on, and a long list need not be tried out. */
function nextOnly(candidates: readonly string[], at: string): readonly string[] {
  const index = candidates.indexOf(at)
  return candidates.slice(index === -1 ? -1 : index - 1).slice(0, 1)
}

/** What a way may stop at, newest first: the newest build of each line, or every release when none may be skipped. */
function candidatesBetween(releases: Releases, from: string, target: string): readonly string[] {
  const all =
    releases.product.skip === 'none'
      ? releases.available
      : releases.available.filter((release) => isNewest(releases, release.version))
  const between = all
    .map(({ version }) => version)
    .filter((version) => order(releases, version, from) > 0 && order(releases, version, target) < 0)
  return [...between, target].reverse()
}

function isNewest(releases: Releases, version: string): boolean {
  return releases.newest.get(lineText(lineOf(version)))?.version === version
}

function wayBack(cameFrom: ReadonlyMap<string, string>, target: string, from: string): readonly string[] {
  const path: string[] = []
  for (let at = target; at !== from; at = cameFrom.get(at) ?? from) path.unshift(at)
  return path
}
