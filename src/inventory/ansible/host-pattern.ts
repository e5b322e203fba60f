/** Most hosts that one pattern may stand for. */
const hostsMax = 100_000

export interface HostPattern {
  readonly names: readonly string[]
  readonly port?: number
}

/**
 * Expands `web[01:20].example.com`, `db[a:c]` and `n[1:10:2]`, several in one name too, and cuts off a port `:2222`.
 *
 * @returns undefined when a range is malformed, runs backwards or stands for more than 100,000 hosts
 */
export function expandHostPattern(pattern: string): HostPattern | undefined {
  const port = /^([^:]*(?:\[[^\]]*\][^:]*)*):(\d{1,5})$/.exec(pattern)
  const names = expand(port?.[1] ?? pattern)
  if (!names) return undefined
  return port ? { names, port: Number(port[2]) } : { names }
}

function expand(pattern: string): readonly string[] | undefined {
  const match = /\[([^\]]*)\]/.exec(pattern)
  if (!match) return /[[\]]/.test(pattern) ? undefined : [pattern]
  // An IPv6 address in brackets is a name and no range.
  if (match.index === 0 && (match[1]!.match(/:/g)?.length ?? 0) > 2) return [pattern]
  const values = rangeValues(match[1]!)
  const tails = expand(pattern.slice(match.index + match[0].length))
  if (!values || !tails || values.length * tails.length > hostsMax) return undefined
  const head = pattern.slice(0, match.index)
  return values.flatMap((value) => tails.map((tail) => head + value + tail))
}

function rangeValues(range: string): readonly string[] | undefined {
  const [from, to, step = '1', ...more] = range.split(':')
  if (from === undefined || to === undefined || to === '' || more.length > 0 || !/^[1-9]\d*$/.test(step))
    return undefined
  const by = Number(step)
  if (/^\d*$/.test(from) && /^\d+$/.test(to)) return numbers(from === '' ? '0' : from, to, by)
  if (/^[A-Za-z]$/.test(from) && /^[A-Za-z]$/.test(to)) return letters(from, to, by)
  return undefined
}

function numbers(from: string, to: string, by: number): readonly string[] | undefined {
  const [start, end] = [Number(from), Number(to)]
  if (start > end || (end - start) / by > hostsMax) return undefined
  const width = from.length > 1 && from.startsWith('0') ? from.length : 0
  if (width > 0 && width !== to.length) return undefined
  const values: string[] = []
  for (let value = start; value <= end; value += by) values.push(String(value).padStart(width, '0'))
  return values
}

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

function letters(from: string, to: string, by: number): readonly string[] | undefined {
  const [start, end] = [alphabet.indexOf(from), alphabet.indexOf(to)]
  if (start > end) return undefined
  return [...alphabet.slice(start, end + 1)].filter((_, index) => index % by === 0)
}
