/** What the extension asks the server beyond the protocol, with the types of the server itself. */
import type { Uri } from 'vscode'
import type { LanguageClient } from 'vscode-languageclient/node'
import type { ChoicesAnswer } from '../../../src/lsp/requests/choices.ts'
import type { CoverageAnswer, OutlineAnswer } from '../../../src/lsp/requests/outline.ts'
import type { PlanAnswer } from '../../../src/lsp/requests/plan.ts'

export type { ChoicesAnswer } from '../../../src/lsp/requests/choices.ts'
export type { CoverageAnswer, OutlineAnswer } from '../../../src/lsp/requests/outline.ts'
export type { PlanAnswer } from '../../../src/lsp/requests/plan.ts'

/** Answers by request. */
export interface Answers {
  readonly 'rollbook/outline': OutlineAnswer | null
  readonly 'rollbook/coverage': CoverageAnswer | null
  readonly 'rollbook/plan': PlanAnswer | null
  readonly 'rollbook/choices': ChoicesAnswer
}

/**
 * @param more - further members of the question
 * @returns undefined when it was given up, because it was asked anew or nobody answers
 */
export async function ask<K extends keyof Answers>(
  client: LanguageClient | undefined,
  request: K,
  uri: Uri,
  more: object = {},
): Promise<Answers[K] | undefined> {
  if (client === undefined) return undefined
  const question = { textDocument: { uri: client.code2ProtocolConverter.asUri(uri) }, ...more }
  try {
    return await client.sendRequest<Answers[K]>(request, question)
  } catch {
    return undefined
  }
}
