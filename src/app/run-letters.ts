/** What other terminals may say to a run through its letter box. */
import { isJsonObject } from '../base/json.ts'
import type { Masker } from '../base/mask.ts'
import type { HostEvent, PostResult } from '../interpreter/durable-host.ts'
import type { InboxMessage, InboxReply } from '../node/inbox.ts'
import { isSpoken, wrongMember } from './letter-shape.ts'

interface Host {
  post(run: string, event: HostEvent): Promise<PostResult>
}

/**
 * Makes a letter an event of the journal, under the letter's own id: one that is handed over again after a crash is told
 * by it and counts once.
 */
export async function receiveLetter(
  host: Host,
  run: string,
  letter: InboxMessage,
  at: number,
  masker?: Masker,
): Promise<InboxReply> {
  const { of, data } = letter.data
  if (!isSpoken(letter.type) || !isJsonObject(data))
    return { outcome: 'refused', reason: `a letter cannot say "${letter.type}" to a run` }
  const wrong = wrongMember(letter.type, data)
  if (wrong !== undefined) return { outcome: 'refused', reason: wrong }
  const event = {
    id: letter.id,
    type: letter.type,
    at,
    data: masker ? masker.json(data) : data,
    ...(typeof of === 'string' ? { of } : {}),
  }
  const result = await host.post(run, event)
  if (result.kind === 'refused') return { outcome: 'refused', reason: result.reason }
  return { outcome: result.kind === 'duplicate' ? 'duplicate' : 'accepted' }
}
