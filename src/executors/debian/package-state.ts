/** Reads what dpkg and apt print. Pure; never throws on strange text. */

export interface PackageState {
  readonly name: string
  readonly version: string
  /** As `dpkg -l` begins its lines: `ii`, `hi`, `iF` (half configured), `iU` (unpacked), `iH` (half installed), `rc`. */
  readonly abbreviation: string
}

/** For `dpkg-query -W -f`. */
export const stateFormat = '${binary:Package}\\t${Version}\\t${db:Status-Abbrev}\\n'

/** Output of `dpkg-query` with {@link stateFormat}. */
export function readStates(text: string): readonly PackageState[] {
  return text.split('\n').flatMap((line) => {
    const [name, version, abbreviation] = line.split('\t')
    return name && version !== undefined && abbreviation !== undefined
      ? [{ name, version, abbreviation: abbreviation.trim() }]
      : []
  })
}

/** What `dpkg --print-architecture` prints. */
export function isArchitecture(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]*$/.test(text)
}

/** Names with and without their architecture; without one it is that of the host, as apt and dpkg have it. */
export function isSamePackage(one: string, other: string, native: string): boolean {
  const bare = (name: string): string => (name.endsWith(`:${native}`) ? name.slice(0, -native.length - 1) : name)
  return bare(one) === bare(other)
}

/** Installed as it should be: unpacked and configured, with nothing left to do. */
export function isInstalled(state: PackageState | undefined): boolean {
  return state !== undefined && /^.i$/.test(state.abbreviation)
}

export function isHeld(state: PackageState): boolean {
  return state.abbreviation.startsWith('h')
}

/** What the second letter of dpkg means where work is left. */
const unfinished: Readonly<Record<string, string>> = {
  H: 'half installed',
  U: 'unpacked, not configured',
  F: 'half configured',
  W: 'waiting for triggers',
  t: 'triggers pending',
}

export function unfinishedWords(state: PackageState): string | undefined {
  const letter = state.abbreviation[1] ?? ''
  const words = unfinished[letter]
  if (state.abbreviation[2] === 'R') return `${words ?? 'installed'}, has to be installed again`
  return words
}

export interface Change {
  readonly package: string
  /** Empty when it was not there. */
  readonly from: string
  /** Empty when it is gone. */
  readonly to: string
}

/** Output of `apt-get -s`: `Inst name [old] (new …)`, `Remv name [old]`. */
export function readSimulation(text: string): readonly Change[] {
  return text.split('\n').flatMap((line): Change[] => {
    const install = /^Inst (\S+)(?: \[([^\]]+)\])? \((\S+)/.exec(line)
    if (install) return [{ package: install[1]!, from: install[2] ?? '', to: install[3]! }]
    const remove = /^(?:Remv|Purg) (\S+)(?: \[([^\]]+)\])?/.exec(line)
    return remove ? [{ package: remove[1]!, from: remove[2] ?? '', to: '' }] : []
  })
}

/** Names under the heading `The following packages have been kept back:`. */
export function readKeptBack(text: string): readonly string[] {
  const match = /packages have been kept back:\n((?: {2}.*\n?)+)/.exec(text)
  return match?.[1]?.trim().split(/\s+/) ?? []
}

export interface WantedFile {
  readonly url: string
  readonly file: string
  readonly bytes: number
}

/** Output of `apt-get --print-uris`: what is not there yet, as `'URL' file size hash`. */
export function readUris(text: string): readonly WantedFile[] {
  return text.split('\n').flatMap((line) => {
    const match = /^'([^']+)' (\S+) (\d+)/.exec(line)
    return match ? [{ url: match[1]!, file: match[2]!, bytes: Number(match[3]) }] : []
  })
}

/** `a 1 -> 2, b 3 (new)`, the first few. */
export function changeWords(changes: readonly Change[]): string {
  const shown = changes.slice(0, 4).map((change) => {
    if (change.from === '') return `${change.package} ${change.to} (new)`
    if (change.to === '') return `${change.package} removed`
    return `${change.package} ${change.from} to ${change.to}`
  })
  const rest = changes.length - shown.length
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ')
}
