import type { Answer } from '../answer.ts'
import { parseRelease, plainOf } from './release.ts'
import type { Settings } from './settings.ts'

/** Releases of a controller as it prints them; empty where it does not tell. */
export interface VersionInfo {
  readonly current: string
  /** Empty on a controller that was never upgraded. */
  readonly previous: string
  readonly kernel: string
  /** The newest one published; only when it was asked for. */
  readonly latest: string
  /** Minors on the way to the newest, oldest first, where the controller tells; such as `6.5` and `6.6`. */
  readonly hops: readonly string[]
}

export function readVersionInfo(results: Answer, settings: Settings): VersionInfo {
  const latest = results.at('latest_version').textOr('')
  const hopField = settings.fields.hop_list
  const hopText = hopField === undefined ? latest : results.at(hopField).textOr('')
  return {
    current: results.at('current_version').text(),
    previous: results.at('previous_version').textOr(''),
    kernel: results.at('kernel_version').textOr(''),
    latest: latest.replace(/\s*\(.*$/, ''),
    hops: hopsOf(hopText),
  }
}

/** Reads the list in `UserConnect-6.6.123 (6.5,6.6)`, as the console shows it. */
export function hopsOf(text: string): readonly string[] {
  const inside = /\(([^)]*)\)/.exec(text)?.[1] ?? ''
  return inside
    .split(',')
    .map((each) => plainOf(each))
    .filter((each) => parseRelease(each) !== undefined)
}
