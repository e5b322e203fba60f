/**
 * Reads what `kato` prints. The vendor documents few layouts, so everything here looks for what such output must contain
 * (addresses, role names, states, versions) and ignores the rest. Pure; never throws on strange text.
 */

/** Colours and other signals to a terminal, and the carriage returns that come with them. */
function plain(text: string): string {
  return text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '').replaceAll('\r', '')
}

/** The first thing that looks like a version with at least two parts, such as `3.4.2` or `3.6.0-beta.1`. */
export function readVersion(text: string): string | undefined {
  return /(?<![\w.])v?(\d+(?:\.\d+){1,3}(?:[-+][0-9A-Za-z.-]+)?)(?![\w.])/.exec(plain(text))?.[1]
}

export interface ListedNode {
  readonly address: string
  readonly roles: readonly string[]
}

/** One line per node: an address, a blank, then roles in whatever punctuation. Other lines are passed over. */
export function readNodeList(text: string): readonly ListedNode[] {
  return plain(text)
    .split('\n')
    .flatMap((line) => {
      const match = /^\s*(\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]+)(?:\s+(.*))?$/i.exec(line)
      if (!match) return []
      const roles = (match[2] ?? '').match(/[a-z][a-z0-9_-]*/gi) ?? []
      return [{ address: match[1]!, roles: [...new Set(roles)] }]
    })
}

export const workStates = ['running', 'starting', 'fatal', 'stopped'] as const
export type WorkState = (typeof workStates)[number]

export interface StatusItem {
  readonly name: string
  readonly state: WorkState
}

export interface StatusNode {
  /** Empty when the output names no node. */
  readonly address: string
  readonly items: readonly StatusItem[]
}

const address = /(\d{1,3}(?:\.\d{1,3}){3})/
const item = /^\W*([a-z][\w.-]*?)[\s.:|=-]+(running|starting|fatal|stopped|exited|backoff)\b/i

/** Lines with a name and a state, under headings that hold an address. */
export function readStatus(text: string): readonly StatusNode[] {
  const nodes: { address: string; items: StatusItem[] }[] = []
  for (const line of plain(text).split('\n')) {
    const found = item.exec(line)
    if (found) {
      if (nodes.length === 0) nodes.push({ address: '', items: [] })
      nodes.at(-1)!.items.push({ name: found[1]!, state: stateOf(found[2]!) })
      continue
    }
    const heading = address.exec(line)
    if (heading) nodes.push({ address: heading[1]!, items: [] })
  }
  return nodes
}

function stateOf(word: string): WorkState {
  const lower = word.toLowerCase()
  if (lower === 'exited') return 'stopped'
  if (lower === 'backoff') return 'starting'
  return lower as WorkState
}

export interface ListedPatch {
  readonly name: string
  readonly purpose: string
  readonly id: string
  readonly roles: readonly string[]
  readonly installed_on: readonly string[]
  readonly to_be_installed_on: readonly string[]
}

export interface PatchStatus {
  /** Number of updates that are available; undefined when no line says it. */
  readonly available: number | undefined
  readonly patches: readonly ListedPatch[]
}

const words = (text: string): readonly string[] => text.split(/[\s,]+/).filter((word) => word !== '')

/** The documented text: a count line, then per patch its name and purpose and four named lines. */
export function readPatchStatus(text: string): PatchStatus {
  const lines = plain(text).split('\n')
  const count = lines.map((line) => /^\s*(\d+|no)\s+updates?\s+(?:is|are)\s+available/i.exec(line)).find(Boolean)
  const patches: Record<'name' | 'purpose' | 'id' | 'roles' | 'installed' | 'open', string>[] = []
  for (const line of lines) {
    const field = /^\s*(patch id|roles affected|installed on|to be installed on)\s*:\s*(.*)$/i.exec(line)
    const heading = /^\s*([A-Za-z0-9][\w.-]*)\s*:\s*(\S.*)$/.exec(line)
    const last = patches.at(-1)
    if (field && last) last[fieldNames[field[1]!.toLowerCase()]!] = field[2]!.trim()
    else if (heading && !field) {
      patches.push({ name: heading[1]!, purpose: heading[2]!.trim(), id: '', roles: '', installed: '', open: '' })
    }
  }
  return {
    available: count ? (count[1]!.toLowerCase() === 'no' ? 0 : Number(count[1])) : undefined,
    patches: patches
      .filter((patch) => patch.id !== '')
      .map((patch) => ({
        name: patch.name,
        purpose: patch.purpose,
        id: patch.id,
        roles: words(patch.roles),
        installed_on: words(patch.installed),
        to_be_installed_on: words(patch.open),
      })),
  }
}

const fieldNames: Readonly<Record<string, 'id' | 'roles' | 'installed' | 'open'>> = {
  'patch id': 'id',
  'roles affected': 'roles',
  'installed on': 'installed',
  'to be installed on': 'open',
}

/** Names and details of buildpacks: one a line, the name first. */
export function readBuildpacks(text: string): readonly { readonly name: string; readonly detail: string }[] {
  return plain(text)
    .split('\n')
    .flatMap((line) => {
      const cells = line.replace(/[|+]/g, ' ').trim().split(/\s+/)
      const [name, ...detail] = cells
      if (!name || !/^[A-Za-z0-9][\w.-]*$/.test(name) || /^(buildpack|name|position)s?$/i.test(name)) return []
      return [{ name, detail: detail.join(' ') }]
    })
}

/** One scalar of YAML or JSON output, as `kato config get` prints a leaf. */
export function readScalar(text: string): string | number | boolean | null {
  const bare = plain(text)
    .replace(/^---\s*/, '')
    .replace(/\n\.\.\.\s*$/, '')
    .trim()
  if (bare === 'true' || bare === 'false') return bare === 'true'
  if (bare === '' || bare === 'null' || bare === '~') return null
  if (/^-?\d+(\.\d+)?$/.test(bare)) return Number(bare)
  return bare.replace(/^(["'])(.*)\1$/s, '$2')
}
