/** Requests beyond the protocol, for the views that an editor shows beside a runbook. */
import type { Connection } from 'vscode-languageserver/node'
import type { Session } from '../server.ts'
import { coverageAnswer, outlineAnswer } from './outline.ts'

/** What every one of them is asked with. */
export interface AboutDocument {
  readonly textDocument: { readonly uri: string }
}

/** @param present - gives the session, which a change of settings replaces */
export function answerOwnRequests(connection: Connection, present: () => Session): void {
  connection.onRequest('rollbook/outline', ({ textDocument }: AboutDocument) => {
    const { workspace, paths } = present()
    return outlineAnswer(workspace, paths.pathOf(textDocument.uri))
  })
  connection.onRequest('rollbook/coverage', ({ textDocument }: AboutDocument) => {
    const { workspace, paths } = present()
    return coverageAnswer(workspace, paths.pathOf(textDocument.uri))
  })
}
