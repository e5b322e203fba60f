import type { Json } from '../../base/json.ts'

/**
 * Reads a value of an INI inventory as Ansible does: a Python literal when it is one (number, `True`, `False`, `None`,
 * quoted text, list, tuple, dictionary), otherwise the text as it stands.
 */
export function readLiteral(text: string): Json {
  const reader = new LiteralReader(text)
  try {
    const value = reader.value(0)
    reader.expectEnd()
    return value
  } catch (error) {
    if (error instanceof NoLiteral) return text
    throw error
  }
}

class NoLiteral extends Error {}

class LiteralReader {
  private index = 0
  private readonly text: string
  constructor(text: string) {
    this.text = text
  }

  value(depth: number): Json {
    if (depth > 50) throw new NoLiteral()
    this.blank()
    const char = this.text[this.index]
    if (char === '[') return this.items(']', depth)
    if (char === '(') return this.items(')', depth)
    if (char === '{') return this.dictionary(depth)
    if (char === '"' || char === "'") return this.quoted(char)
    return this.word()
  }

  expectEnd(): void {
    this.blank()
    if (this.index < this.text.length) throw new NoLiteral()
  }

  private items(close: string, depth: number): readonly Json[] {
    this.index += 1
    const items: Json[] = []
    for (;;) {
      this.blank()
      if (this.take(close)) return items
      items.push(this.value(depth + 1))
      this.blank()
      if (this.take(close)) return items
      this.expect(',')
    }
  }

  private dictionary(depth: number): Json {
    this.index += 1
    const entries: [string, Json][] = []
    for (;;) {
      this.blank()
      if (this.take('}')) return Object.fromEntries(entries)
      const key = this.value(depth + 1)
      if (typeof key === 'object') throw new NoLiteral()
      this.blank()
      this.expect(':')
      entries.push([String(key), this.value(depth + 1)])
      this.blank()
      if (this.take('}')) return Object.fromEntries(entries)
      this.expect(',')
    }
  }

  private quoted(quote: string): string {
    let result = ''
    for (this.index += 1; ; this.index += 1) {
      const char = this.text[this.index]
      if (char === undefined || char === '\n') throw new NoLiteral()
      if (char === quote) {
        this.index += 1
        return result
      }
      result += char === '\\' ? this.escaped() : char
    }
  }

  private escaped(): string {
    this.index += 1
    const char = this.text[this.index] ?? ''
    const known: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"' }
    return known[char] ?? `\\${char}`
  }

  private word(): Json {
    const match = /^[-+]?[A-Za-z0-9_.+-]+/.exec(this.text.slice(this.index))
    if (!match) throw new NoLiteral()
    this.index += match[0].length
    const word = match[0]
    if (word === 'True') return true
    if (word === 'False') return false
    if (word === 'None') return null
    if (/^[-+]?(?:0|[1-9]\d*)$/.test(word) && Number.isSafeInteger(Number(word))) return Number(word)
    if (/^[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?$/.test(word) && /[.eE]/.test(word)) return Number(word)
    if (/^0[xX][0-9a-fA-F]+$/.test(word)) return Number.parseInt(word, 16)
    if (/^0[oO][0-7]+$/.test(word)) return Number.parseInt(word.slice(2), 8)
    throw new NoLiteral()
  }

  private blank(): void {
    while (this.text[this.index] === ' ' || this.text[this.index] === '\t') this.index += 1
  }

  private take(char: string): boolean {
    if (this.text[this.index] !== char) return false
    this.index += 1
    return true
  }

  private expect(char: string): void {
    if (!this.take(char)) throw new NoLiteral()
  }
}
