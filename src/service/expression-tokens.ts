/** Cuts an expression into words and signs. Any text is fine: people ask for help in the middle of a word. */
export interface ExpressionToken {
  readonly kind: 'name' | 'text' | 'number' | 'sign'
  /** As written; of a text without its quotes. */
  readonly text: string
  /** In the expression, quotes included. */
  readonly start: number
  readonly end: number
}

export function expressionTokens(text: string): readonly ExpressionToken[] {
  const tokens: ExpressionToken[] = []
  const pattern = /([A-Za-z_]\w*)|("(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)|(\d[\w.]*)|(&&|\|\||[=!<>]=|\S)/g
  for (const match of text.matchAll(pattern)) {
    const [whole, name, quoted, number] = match
    const kind = name !== undefined ? 'name' : quoted !== undefined ? 'text' : number !== undefined ? 'number' : 'sign'
    const inner =
      kind === 'text' ? whole.slice(1, whole.length > 1 && whole.endsWith(whole[0]!) ? -1 : undefined) : whole
    tokens.push({ kind, text: inner, start: match.index, end: match.index + whole.length })
  }
  return tokens
}

/** A name with what leads to it: of `steps.look.outputs` the third token has the path `steps look outputs`. */
export interface NamePath {
  /** From the variable on; `undefined` for a list element or the result of a call. */
  readonly path: readonly (string | undefined)[]
  readonly token: ExpressionToken
}

/** Every name of an expression that is a variable, or a member of something that begins with one. */
export function namePaths(tokens: readonly ExpressionToken[]): readonly NamePath[] {
  const found: NamePath[] = []
  /** By the index of the token that ends it. */
  const ending = new Map<number, readonly (string | undefined)[]>()
  const opened: { readonly index: number; readonly owner: readonly (string | undefined)[] | undefined }[] = []
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1]
    if (token.kind === 'name') {
      const isMember = before?.text === '.' && before.kind === 'sign'
      const owner = isMember ? ending.get(index - 2) : []
      if (owner === undefined) continue
      const path = [...owner, token.text]
      found.push({ path, token })
      ending.set(index, path)
    } else if (token.kind === 'sign' && (token.text === '[' || token.text === '(')) {
      opened.push({
        index,
        owner: before?.kind === 'sign' && !/[)\]]/.test(before.text) ? undefined : ending.get(index - 1),
      })
    } else if (token.kind === 'sign' && (token.text === ']' || token.text === ')')) {
      const open = opened.pop()
      if (open?.owner === undefined) continue
      const only = index - open.index === 2 ? tokens[index - 1] : undefined
      const isKey = token.text === ']' && only?.kind === 'text'
      const path = [...open.owner, isKey ? only.text : undefined]
      if (isKey) found.push({ path, token: { ...only, start: only.start + 1, end: only.end - 1 } })
      ending.set(index, path)
    }
  }
  return found
}

/** Names that `all`, `exists`, `map` and `filter` give to the element. */
export function roundNames(tokens: readonly ExpressionToken[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const [index, token] of tokens.entries()) {
    if (!/^(?:all|exists|exists_one|map|filter)$/.test(token.text) || tokens[index + 1]?.text !== '(') continue
    const variable = tokens[index + 2]
    if (variable?.kind === 'name' && tokens[index + 3]?.text === ',') found.add(variable.text)
  }
  return found
}
