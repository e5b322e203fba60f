/** What the extension asks the server beyond the protocol, with the types of the server itself. */
import type { Uri } from 'vscode'
import type { LanguageClient } from 'vscode-languageclient/node'
import type { ChoicesAnswer } from '../../../src/lsp/requests/choices.ts'
import type { CoverageAnswer, OutlineAnswer } from '../../../src/lsp/requests/outline.ts'
import type { PlanAnswer } from '../../../src/lsp/requests/plan.ts'
import type { SourcesAnswer } from '../../../src/lsp/requests/sources.ts'

export type { ChoicesAnswer } from '../../../src/lsp/requests/choices.ts'
export type { CoverageAnswer, OutlineAnswer } from '../../../src/lsp/requests/outline.ts'
export type { PlanAnswer } from '../../../src/lsp/requests/plan.ts'

/** Answers by request. */
export interface Answers {
  readonly 'rollbook/outline': OutlineAnswer | null
  readonly 'rollbook/coverage': CoverageAnswer | null
  readonly 'rollbook/plan': PlanAnswer | null
  readonly 'rollbook/sources': SourcesAnswer | null
  readonly 'rollbook/choices': ChoicesAnswer
}

/** Codes of the protocol for what was given up: cancelled by the one who asked, overtaken by a change, cancelled by the server. */
const givenUp: ReadonlySet<unknown> = new Set([-32800, -32801, -32802])

/**
 * @param more - further members of the question
 * @param failed - told why the server could not answer
 * @returns undefined without an answer: it failed, was given up because it was asked anew, or nobody is there to answer
 */
export async function ask<K extends keyof Answers>(
  client: LanguageClient | undefined,
  request: K,
  uri: Uri,
  more: object = {},
  failed: (reason: string) => void = () => undefined,
): Promise<Answers[K] | undefined> {
  if (client === undefined) return undefined
  const question = { textDocument: { uri: client.code2ProtocolConverter.asUri(uri) }, ...more }
  try {
    return await client.sendRequest<Answers[K]>(request, question)
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message?: string }
    if (!givenUp.has(code)) failed(message ?? String(error))
    return undefined
  }
}
