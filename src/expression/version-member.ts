/** `target.version.major`: versions are text, and text has the members `major` and `minor`. */
import type { ASTNode, Environment } from '@marcbachmann/cel-js'
import { FunctionRefusal } from './function-refusal.ts'
import { versionPart } from './version.ts'

/** Name of the function that reads each member. */
export const versionMembers: Readonly<Record<string, string>> = { major: 'rollbook_major', minor: 'rollbook_minor' }

/** What a node of the library can do beyond its types. */
interface LibraryNode {
  readonly meta: { readonly check: unknown; readonly evaluate: unknown }
  clone(operation: { name: string; check: unknown; evaluate: unknown }, args: unknown): LibraryNode
  setMeta(key: 'alternate', node: LibraryNode): void
}

/** Lets a member access be answered by a function: of a map it is a key like any other, of text a part of the version. */
export function readVersionMember(environment: Environment, node: ASTNode): void {
  if (node.op !== '.' || !Object.hasOwn(versionMembers, node.args[1])) return
  const name = versionMembers[node.args[1]]!
  const self = node as unknown as LibraryNode
  const { check, evaluate } = (environment.parse(`${name}(0)`).ast as unknown as LibraryNode).meta
  self.setMeta('alternate', self.clone({ name: 'call', check, evaluate }, [name, [node.args[0]]]))
}

/** Maps first: what is not known before the run then has a type of its own, and text a whole number. */
export function registerVersionMembers(environment: Environment): void {
  for (const [position, [member, name]] of Object.entries(versionMembers).entries()) {
    environment.registerFunction(`${name}(map<string, dyn>): dyn`, {
      handler: (map: unknown): unknown => memberOf(map, member),
      async: false,
    })
    environment.registerFunction(`${name}(string): int`, {
      handler: (text: string): bigint => partOf(text, position),
      async: false,
    })
  }
}

/** Objects that have such a member themselves. */
export function registerOwnMembers(
  environment: Environment,
  type: string,
  fields: Readonly<Record<string, string>>,
): void {
  for (const [member, name] of Object.entries(versionMembers)) {
    if (!Object.hasOwn(fields, member)) continue
    environment.registerFunction(`${name}(${type}): dyn`, {
      handler: (map: unknown): unknown => memberOf(map, member),
      async: false,
    })
  }
}

function memberOf(map: unknown, member: string): unknown {
  const value: unknown = map instanceof Map ? map.get(member) : (map as Readonly<Record<string, unknown>>)[member]
  if (value === undefined) throw new FunctionRefusal(`there is no member "${member}"`)
  return value
}

function partOf(text: string, position: number): bigint {
  const part = versionPart(text, position)
  if (part === undefined)
    throw new FunctionRefusal(text === '' ? 'the version is not known' : `"${text}" is no version`)
  return BigInt(part)
}
