import { FunctionRefusal } from './function-refusal.ts'

/** Reaching the end of the program is the match. */
export type Instruction =
  | { readonly kind: 'char'; readonly test: (char: string) => boolean }
  | { readonly kind: 'split'; readonly first: number; readonly second: number }
  | { readonly kind: 'jump'; readonly to: number }
  | { readonly kind: 'assert'; readonly holds: (before: string | undefined, after: string | undefined) => boolean }

/** A piece of program whose jumps are relative to its own start. */
type Piece = readonly Instruction[]

const instructionsMax = 2000
const repeatMax = 200
const depthMax = 50

const isWord = (char: string | undefined): boolean => char !== undefined && /^\w$/.test(char)
const shorthand: Readonly<Record<string, (char: string) => boolean>> = {
  d: (char) => /^\d$/.test(char),
  D: (char) => !/^\d$/.test(char),
  w: isWord,
  W: (char) => !isWord(char),
  s: (char) => /^\s$/.test(char),
  S: (char) => !/^\s$/.test(char),
}
const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v' }

/** Compiles a pattern. @throws FunctionRefusal when it is malformed, too large or uses what is not supported */
export function programOf(pattern: string): readonly Instruction[] {
  const reader = new PatternReader(pattern)
  const piece = reader.alternatives(0)
  if (!reader.atEnd()) throw reader.refusal('")" without "("')
  return piece
}

class PatternReader {
  private readonly chars: readonly string[]
  private index = 0
  private readonly pattern: string
  constructor(pattern: string) {
    this.pattern = pattern
    this.chars = [...pattern]
  }

  atEnd(): boolean {
    return this.index >= this.chars.length
  }

  refusal(why: string): FunctionRefusal {
    return new FunctionRefusal(`the pattern "${this.pattern}" cannot be used: ${why}`)
  }

  alternatives(depth: number): Piece {
    if (depth > depthMax) throw this.refusal('groups are nested too deeply')
    const branches = [this.sequence(depth)]
    while (this.take('|')) branches.push(this.sequence(depth))
    return branches.reduceRight((rest, branch) =>
      this.limited([
        { kind: 'split', first: 1, second: branch.length + 2 },
        ...shift(branch, 1),
        { kind: 'jump', to: branch.length + 2 + rest.length },
        ...shift(rest, branch.length + 2),
      ]),
    )
  }

  private sequence(depth: number): Piece {
    let piece: Piece = []
    while (!this.atEnd() && this.chars[this.index] !== '|' && this.chars[this.index] !== ')') {
      const next = this.repeated(this.atom(depth))
      piece = this.limited([...piece, ...shift(next, piece.length)])
    }
    return piece
  }

  private repeated(atom: Piece): Piece {
    let piece = atom
    for (let bounds = this.bounds(); bounds; bounds = this.bounds()) {
      this.take('?')
      piece = this.times(piece, bounds[0], bounds[1])
    }
    return piece
  }

  private bounds(): readonly [number, number] | undefined {
    if (this.take('*')) return [0, Number.POSITIVE_INFINITY]
    if (this.take('+')) return [1, Number.POSITIVE_INFINITY]
    if (this.take('?')) return [0, 1]
    const counted = /^\{(\d{1,4})(,(\d{1,4})?)?\}/.exec(this.chars.slice(this.index, this.index + 12).join(''))
    if (!counted) return undefined
    this.index += counted[0].length
    const min = Number(counted[1])
    const max =
      counted[2] === undefined ? min : counted[3] === undefined ? Number.POSITIVE_INFINITY : Number(counted[3])
    if (max < min) throw this.refusal('a repetition ends below its start')
    if (min > repeatMax || (Number.isFinite(max) && max > repeatMax))
      throw this.refusal(`it repeats more than ${repeatMax} times`)
    return [min, max]
  }

  private times(piece: Piece, min: number, max: number): Piece {
    let result: Piece = []
    const append = (next: Piece): void => {
      result = this.limited([...result, ...shift(next, result.length)])
    }
    for (let count = 0; count < min; count += 1) append(piece)
    const optional = (): Piece => [{ kind: 'split', first: 1, second: piece.length + 1 }, ...shift(piece, 1)]
    if (max === Number.POSITIVE_INFINITY) {
      append([{ kind: 'split', first: 1, second: piece.length + 2 }, ...shift(piece, 1), { kind: 'jump', to: 0 }])
    } else for (let count = min; count < max; count += 1) append(optional())
    return result
  }

  private atom(depth: number): Piece {
    const char = this.chars[this.index++]!
    if (char === '(') return this.group(depth)
    if (char === '[') return [{ kind: 'char', test: this.charClass() }]
    if (char === '.') return [{ kind: 'char', test: (other) => other !== '\n' }]
    if (char === '^') return [{ kind: 'assert', holds: (before) => before === undefined }]
    if (char === '$') return [{ kind: 'assert', holds: (_, after) => after === undefined }]
    if (char === '\\') return this.escape()
    if ('*+?'.includes(char)) throw this.refusal(`there is nothing that "${char}" could repeat`)
    return [{ kind: 'char', test: (other) => other === char }]
  }

  private group(depth: number): Piece {
    if (this.take('?') && !this.take(':')) throw this.refusal('only plain groups and "(?:" are supported')
    const piece = this.alternatives(depth + 1)
    if (!this.take(')')) throw this.refusal('a "(" is never closed')
    return piece
  }

  private escape(): Piece {
    const char = this.chars[this.index++]
    if (char === undefined) throw this.refusal('it ends with "\\"')
    if (char === 'b') return [{ kind: 'assert', holds: (before, after) => isWord(before) !== isWord(after) }]
    if (char === 'B') return [{ kind: 'assert', holds: (before, after) => isWord(before) === isWord(after) }]
    return [{ kind: 'char', test: this.escaped(char) }]
  }

  private escaped(char: string): (other: string) => boolean {
    const known = shorthand[char]
    if (known) return known
    const literal = controls[char] ?? char
    if (literal === char && /[0-9A-Za-z]/.test(char)) throw this.refusal(`"\\${char}" is not supported`)
    return (other) => other === literal
  }

  private charClass(): (char: string) => boolean {
    const negated = this.take('^')
    const tests: ((char: string) => boolean)[] = []
    for (let first = true; first || this.chars[this.index] !== ']'; first = false) {
      const char = this.chars[this.index++]
      if (char === undefined) throw this.refusal('a "[" is never closed')
      tests.push(this.classItem(char))
    }
    this.index += 1
    return (char) => tests.some((test) => test(char)) !== negated
  }

  private classItem(char: string): (other: string) => boolean {
    if (char === '\\') {
      const escaped = this.chars[this.index++]
      if (escaped === undefined) throw this.refusal('a "[" is never closed')
      return this.escaped(escaped)
    }
    const end = this.chars[this.index + 1]
    if (this.chars[this.index] !== '-' || end === undefined || end === ']') return (other) => other === char
    this.index += 2
    if (end === '\\') throw this.refusal('a range inside "[…]" cannot end with an escape')
    if (end < char) throw this.refusal(`the range "${char}-${end}" runs backwards`)
    return (other) => other >= char && other <= end
  }

  private take(char: string): boolean {
    if (this.chars[this.index] !== char) return false
    this.index += 1
    return true
  }

  private limited(piece: Piece): Piece {
    if (piece.length > instructionsMax) throw this.refusal('it is too large')
    return piece
  }
}

function shift(piece: Piece, by: number): Piece {
  return piece.map((instruction) => {
    if (instruction.kind === 'jump') return { ...instruction, to: instruction.to + by }
    if (instruction.kind === 'split')
      return { ...instruction, first: instruction.first + by, second: instruction.second + by }
    return instruction
  })
}
