import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  parse,
  validate,
} from 'graphql'
import type { Account } from './account.ts'
import { rootOf } from './answers.ts'
import { RateLimits } from './rate-limit.ts'
import { makeSchema } from './schema.ts'

export interface GraphqlCall {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly operationName?: string
}

interface Prepared {
  readonly document: DocumentNode
  readonly errors: readonly GraphQLError[]
}

/** Carries out GraphQL calls on the account, within its rate limits. */
export class Endpoint {
  readonly #account: Account
  readonly #limits = new RateLimits()
  readonly #prepared = new Map<string, Prepared>()
  #schema: GraphQLSchema = makeSchema({ missing: [], statuses: [] })

  constructor(account: Account) {
    this.#account = account
  }

  /** Builds the schema again after faults have changed. */
  refreshSchema(): void {
    const { faults } = this.#account
    const missing = faults.all('missing-field').map((fault) => fault.parameters[0]!)
    this.#schema = makeSchema({ missing, statuses: faults.find('unknown-status') ? ['ROLLING_BACK'] : [] })
    this.#prepared.clear()
  }

  /**
   * Names what a call asks for at its root, and one level deeper where the root is only a group: `eventsFeed`,
   * `startSiteUpgrade`, `socketInventory`. Rate limits and faults go by these names.
   */
  operationsOf(call: GraphqlCall): readonly string[] {
    let document: DocumentNode
    try {
      document = this.#prepare(call.query).document
    } catch {
      return []
    }
    const operation = getOperationAST(document, call.operationName)
    const names = (operation?.selectionSet.selections ?? []).flatMap((root) => {
      if (root.kind !== Kind.FIELD) return []
      if (!groups.has(root.name.value)) return [root.name.value]
      return (root.selectionSet?.selections ?? []).flatMap((field) =>
        field.kind === Kind.FIELD ? [field.name.value] : [],
      )
    })
    return [...new Set(names)]
  }

  /** @returns the operation that is over its limit, if one is */
  overLimit(operations: readonly string[]): string | undefined {
    return operations.find((operation) => !this.#limits.admit(operation, this.#account.timeline.now))
  }

  async answer(call: GraphqlCall): Promise<ExecutionResult> {
    let prepared: Prepared
    try {
      prepared = this.#prepare(call.query)
    } catch (error) {
      return { errors: [error as GraphQLError] }
    }
    if (prepared.errors.length > 0) return { errors: prepared.errors }
    return await execute({
      schema: this.#schema,
      document: prepared.document,
      rootValue: rootOf(this.#account),
      variableValues: call.variables,
      operationName: call.operationName,
    })
  }

  #prepare(query: string): Prepared {
    const known = this.#prepared.get(query)
    if (known) return known
    const document = parse(query)
    const prepared = { document, errors: validate(this.#schema, document) }
    this.#prepared.set(query, prepared)
    return prepared
  }
}

const groups: ReadonlySet<string> = new Set(['site', 'sites', 'hardwareManagement'])

/** The text that the vendor's samples look for. */
export function rateLimitText(operation: string): string {
  return JSON.stringify({ errors: [{ message: `rate limit for operation: ${operation}`, path: [operation] }] })
}
