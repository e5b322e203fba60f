import { compareLines, lineOf, lineText } from './line.ts'
import type { Product } from './model.ts'
import { findRelease, findTarget, order, type Releases, releasesOf } from './releases.ts'

/**
 * Why one hop is not allowed, as a sentence; undefined when it is.
 *
 * @param from - what runs; it need not stand in the catalog
 * @param to - an available release; a line such as `6.6` stands for its newest build
 * @throws CatalogRefusal when one of them is no version
 */
export function hopRefusal(product: Product, from: string, to: string): string | undefined {
  const releases = releasesOf(product)
  return releaseHopRefusal(releases, from, findTarget(releases, to)?.version ?? to)
}

/** The same for a target that is a release. */
export function releaseHopRefusal(releases: Releases, from: string, to: string): string | undefined {
  const { product } = releases
  const direction = order(releases, to, from)
  if (direction === 0) return `${to} is what runs already`
  if (direction < 0) return `${to} is older than ${from}, and there is no going back`
  const release = findRelease(releases, to)
  if (!release) return withdrawnRefusal(product, to) ?? `${to} was not published`
  if (release.requires !== undefined && order(releases, from, release.requires) < 0)
    return `${to} can be reached from ${release.requires} on, and ${from} is older`
  return choiceRefusal(releases, to) ?? newestFirstRefusal(releases, from, to) ?? skipRefusal(releases, from, to)
}

function withdrawnRefusal(product: Product, version: string): string | undefined {
  const reason = product.releases.find((release) => release.version === version)?.withdrawn
  return reason === undefined ? undefined : `${version} was withdrawn: ${reason}`
}

function choiceRefusal(releases: Releases, to: string): string | undefined {
  if (releases.product.choose !== 'line') return undefined
  const line = lineText(lineOf(to))
  const newest = releases.newest.get(line)?.version ?? to
  return order(releases, newest, to) === 0
    ? undefined
    : `only major and minor can be chosen, and the newest build of ${line} is ${newest}`
}

function newestFirstRefusal(releases: Releases, from: string, to: string): string | undefined {
  if (releases.product.newest_first !== true || compareLines(lineOf(from), lineOf(to)) === 0) return undefined
  const newest = releases.newest.get(lineText(lineOf(from)))?.version
  return newest === undefined || order(releases, from, newest) >= 0
    ? undefined
    : `the newest build of ${lineText(lineOf(from))}, ${newest}, comes before another minor`
}

function skipRefusal(releases: Releases, from: string, to: string): string | undefined {
  switch (releases.product.skip ?? 'builds') {
    case 'majors':
      return undefined
    case 'minors':
      return majorRefusal(releases, from, to)
    case 'builds':
      return minorRefusal(releases, from, to)
    case 'none': {
      const between = releases.available.filter(
        ({ version }) => order(releases, version, from) > 0 && order(releases, version, to) < 0,
      )
      return between[0] && `no release is skipped, and ${between[0].version} comes before ${to}`
    }
  }
}

function minorRefusal(releases: Releases, from: string, to: string): string | undefined {
  const [start, end] = [lineOf(from), lineOf(to)]
  if (compareLines(start, end) === 0) return undefined
  const next = releases.lines.find((line) => compareLines(line, start) > 0)
  if (next && compareLines(next, end) < 0)
    return `minors and majors are taken one after another, and ${lineText(next)} comes before ${lineText(end)}`
  const [oldest] = releases.lines
  const successor =
    end.major === start.major ? end.minor === start.minor + 1 : end.minor === 0 && end.major === start.major + 1
  // Below its oldest line a catalog knows nothing, so what lies between could be missing.
  if (oldest && compareLines(start, oldest) < 0 && !successor)
    return `the catalog begins at ${lineText(oldest)} and cannot tell what comes after ${lineText(start)}`
  return undefined
}

function majorRefusal(releases: Releases, from: string, to: string): string | undefined {
  const [start, end] = [lineOf(from).major, lineOf(to).major]
  const next = releases.lines.find(({ major }) => major > start)?.major
  if (next !== undefined && next < end) return `majors are taken one after another, and ${next} comes before ${end}`
  const oldest = releases.lines[0]?.major
  if (oldest !== undefined && start < oldest && end > start + 1)
    return `the catalog begins at ${oldest} and cannot tell what comes after ${start}`
  return undefined
}
