import type { Environment } from '@marcbachmann/cel-js'
import { baseEnvironment } from './environment.ts'
import type { ExpressionScope } from './scopes.ts'
import type { ExpressionType, ObjectType } from './types.ts'
import { registerOwnMembers } from './version-member.ts'

/** A typed environment of the library for one scope, with the way back from its type names to ours. */
export interface CheckEnvironment {
  readonly environment: Environment
  /** By the name that the library knows. */
  readonly objects: ReadonlyMap<string, ObjectType>
}

const remembered = new WeakMap<ExpressionScope, CheckEnvironment>()

export function checkEnvironment(scope: ExpressionScope): CheckEnvironment {
  const known = remembered.get(scope)
  if (known) return known
  const fresh = new EnvironmentBuilder().build(scope)
  remembered.set(scope, fresh)
  return fresh
}

/** Words that CEL keeps for itself: nothing can be read by such a name. */
const reservedWords: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
)

class EnvironmentBuilder {
  private readonly environment = baseEnvironment.clone()
  private readonly objects = new Map<string, ObjectType>()
  private readonly names = new Map<ObjectType, string>()

  build(scope: ExpressionScope): CheckEnvironment {
    // Only here: while evaluating, the library compares numbers of both kinds by itself. The mirror image comes with it.
    this.environment.registerOperator('int == double', (a: bigint, b: number) => Number(a) === b)
    for (const [name, { type, description }] of Object.entries(scope.variables)) {
      // A component or a loop may be called `type`; the language's own names win, here and while evaluating.
      if (baseEnvironment.hasVariable(name) || reservedWords.has(name)) continue
      this.environment.registerVariable(name, this.declare(type), { description })
    }
    return { environment: this.environment, objects: this.objects }
  }

  /** The library's name of a type, registering objects on the way. */
  private declare(type: ExpressionType): string {
    switch (type.kind) {
      case 'any':
        return 'dyn'
      case 'number':
        return 'double'
      case 'text':
        return 'string'
      case 'secret':
        return 'Secret'
      case 'duration':
        return 'google.protobuf.Duration'
      case 'timestamp':
        return 'google.protobuf.Timestamp'
      case 'list':
        return `list<${this.declare(type.of)}>`
      case 'map':
        return `map<string, ${this.declare(type.of)}>`
      case 'object':
        return this.declareObject(type)
      default:
        return type.kind
    }
  }

  private declareObject(type: ObjectType): string {
    const known = this.names.get(type)
    if (known !== undefined) return known
    const name = `Object${this.names.size + 1}`
    this.names.set(type, name)
    this.objects.set(name, type)
    const fields = Object.entries(type.fields).map(([key, field]) => {
      const declared = this.declare(field.type)
      return [key, field.optional === true && declared !== 'dyn' ? `dyn<${declared}>` : declared]
    })
    const declared = Object.fromEntries(fields) as Record<string, string>
    this.environment.registerType(name, { fields: declared })
    registerOwnMembers(this.environment, name, declared)
    return name
  }
}
