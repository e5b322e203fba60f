import { cursorAt } from './cursor.ts'
import { expressionAround } from './expression-place.ts'
import { expressionTokens } from './expression-tokens.ts'
import { type FunctionHelp, functionHelp } from './function-help.ts'
import type { Workspace } from './workspace.ts'

export interface SignatureHelp {
  readonly signatures: readonly FunctionHelp[]
  /** Of `signatures`: the one that fits what was typed. */
  readonly active: number
  /** Of its arguments, from 0. */
  readonly argument: number
}

/** The function whose brackets the cursor stands in. */
export function signatureAt(workspace: Workspace, path: string, offset: number): SignatureHelp | undefined {
  const text = workspace.document(path)?.text
  if (text === undefined) return undefined
  const cursor = cursorAt(text, offset)
  const around = expressionAround(cursor.typed, cursor.at === 'value')
  if (!around) return undefined
  const tokens = expressionTokens(around.text)
  let depth = 0
  let argument = 0
  for (let index = tokens.length - 1; index >= 0; index -= 1) {
    const { text: sign } = tokens[index]!
    if (tokens[index]!.kind !== 'sign') continue
    if (/^[)\]}]$/.test(sign)) depth += 1
    if (sign === ',' && depth === 0) argument += 1
    if (!/^[([{]$/.test(sign)) continue
    if (depth > 0) {
      depth -= 1
      continue
    }
    const called = tokens[index - 1]
    if (sign !== '(' || called?.kind !== 'name') return undefined
    const owner = tokens[index - 2]?.text === '.' ? tokens[index - 3]?.text : undefined
    const named = functionHelp.filter(({ name }) => name === called.text)
    const exact = named.filter(({ on }) => on === owner)
    const signatures = exact.length > 0 ? exact : named.filter(({ on }) => (on !== undefined) === (owner !== undefined))
    if (signatures.length === 0) return undefined
    const fits = signatures.findIndex((each) => each.arguments.length > argument)
    return { signatures, active: Math.max(0, fits), argument }
  }
  return undefined
}
