/**
 * Requests beyond the protocol, for the views that an editor shows beside a runbook. Each is asked with a `textDocument`;
 * what takes longer than a moment is made in slices, and given up when the same is asked anew.
 */
import { type CancellationToken, type Connection, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node'
import type { Session } from '../server.ts'
import { choicesAnswer } from './choices.ts'
import { LatestWork } from './latest-work.ts'
import { coverageAnswer, outlineAnswer } from './outline.ts'
import { sourcesAnswer } from './sources.ts'

/** What every one of them is asked with. */
export interface AboutDocument {
  readonly textDocument: { readonly uri: string }
}

export interface PlanQuestion extends AboutDocument {
  /** RFC 3339 with offset; absent: the midnight UTC that comes. */
  readonly start?: string
}

/** @param present - gives the session, which a change of settings replaces */
export function answerOwnRequests(connection: Connection, present: () => Session): void {
  const work = new LatestWork()
  connection.onRequest('rollbook/outline', ({ textDocument }: AboutDocument) =>
    outlineAnswer(present(), textDocument.uri),
  )
  connection.onRequest('rollbook/coverage', ({ textDocument }: AboutDocument) =>
    coverageAnswer(present(), textDocument.uri),
  )
  connection.onRequest('rollbook/sources', ({ textDocument }: AboutDocument) =>
    sourcesAnswer(present(), textDocument.uri),
  )
  connection.onRequest('rollbook/choices', () => choicesAnswer(present().workspace))
  connection.onRequest(
    'rollbook/plan',
    async ({ textDocument: { uri }, start }: PlanQuestion, token: CancellationToken) => {
      const name = `plan ${uri}`
      const asked = token.onCancellationRequested(() => work.giveUp(name))
      const startMs = start === undefined ? Number.NaN : Date.parse(start)
      try {
        // Planner, simulator and pictures are a lot to load for somebody who only types.
        const { planAnswer } = await import('./plan.ts')
        const answer = await work.ask(name, () =>
          planAnswer(present(), uri, Date.now(), Number.isNaN(startMs) ? undefined : startMs),
        )
        return answer === undefined ? new ResponseError(LSPErrorCodes.RequestCancelled, 'asked anew') : answer
      } finally {
        asked.dispose()
      }
    },
  )
}
