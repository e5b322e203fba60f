export interface OptionSpec {
  /** Options without a value, by canonical name: `{json: ['-j', '--json']}`. */
  readonly flags?: Readonly<Record<string, readonly string[]>>
  readonly values?: Readonly<Record<string, readonly string[]>>
}

export interface ReadOptions {
  readonly flags: ReadonlySet<string>
  readonly values: Readonly<Record<string, string>>
  readonly rest: readonly string[]
  /** The first option that is not known, or that lacks its value. */
  readonly problem?: string
}

/** Reads the options of a `kato` command; `--name=value` is accepted. */
export function readOptions(args: readonly string[], spec: OptionSpec): ReadOptions {
  const flags = new Set<string>()
  const values: Record<string, string> = {}
  const rest: string[] = []
  const nameOf = (table: Readonly<Record<string, readonly string[]>> | undefined, word: string): string | undefined =>
    Object.entries(table ?? {}).find(([, words]) => words.includes(word))?.[0]
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index]!
    const [head, tail] = word.startsWith('--') && word.includes('=') ? splitOnce(word) : [word, undefined]
    const flag = nameOf(spec.flags, head)
    const value = nameOf(spec.values, head)
    if (flag) flags.add(flag)
    else if (value) {
      const text = tail ?? args[++index]
      if (text === undefined) return { flags, values, rest, problem: `option ${head} needs a value` }
      values[value] = text
    } else if (word.startsWith('-') && word !== '-') return { flags, values, rest, problem: `invalid option: ${word}` }
    else rest.push(word)
  }
  return { flags, values, rest }
}

function splitOnce(word: string): readonly [string, string] {
  const at = word.indexOf('=')
  return [word.slice(0, at), word.slice(at + 1)]
}
