/**
 * The letter box of a run: how a command in another terminal reaches the process that carries the run out.
 *
 * A message is a file `<id>.json`, made whole. The owning process hands it to its handler, which makes it durable as a journal
 * event with the same id, or refuses it. Only then is `<id>.reply.json` written and the message removed, in this order. So
 * after a crash a message is handed over again, and the handler tells by the id that the journal has it: `duplicate`.
 */
import { randomUUID } from 'node:crypto'
import { existsSync, type FSWatcher, mkdirSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { RollbookError } from '../base/error.ts'
import { isJsonObject, type JsonObject } from '../base/json.ts'
import { flushFolder } from './folder-flush.ts'
import { userName } from './process-owner.ts'
import { createFile, replaceFile } from './whole-file.ts'

export interface InboxMessage {
  /** Becomes the id of the event in the journal. */
  readonly id: string
  /** ISO 8601, UTC. */
  readonly posted_at: string
  readonly by: { readonly user: string; readonly host: string }
  /** What is asked for: `approve`, `answer`, `pause` … and its data; the handler knows. */
  readonly type: string
  readonly data: JsonObject
}

export interface InboxReply {
  readonly outcome: 'accepted' | 'refused' | 'duplicate'
  /** Why it was refused, or what became of it; a sentence. */
  readonly reason?: string
}

/** Resolves once the message is durable or refused. When it rejects, the message stays for the next time. */
export type InboxHandler = (message: InboxMessage) => Promise<InboxReply>

export interface NewMessage {
  readonly type: string
  readonly data: JsonObject
  /** Give one to be able to repeat the same message; letters, digits, `-` and `_`. */
  readonly id?: string
  readonly user?: string
}

export interface InboxWatch {
  /** Waits for the message in hand. */
  stop(): Promise<void>
}

const pollMs = 500
const idPattern = /^[A-Za-z0-9_-]{1,128}$/

export class Inbox {
  readonly #folder: string
  /** Messages are handed over one after the other, whoever asks. */
  #draining: Promise<unknown> = Promise.resolve()

  constructor(runDirectory: string) {
    this.#folder = join(runDirectory, 'inbox')
  }

  /**
   * Puts a message in, for any process to do.
   *
   * @returns its id, to wait for the reply with
   * @throws RollbookError `MESSAGE_ID_TAKEN` when another message with this id waits
   */
  post(message: NewMessage): string {
    const id = message.id ?? randomUUID()
    if (!idPattern.test(id)) throw new RangeError(`not a message id: ${id}`)
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const by = { user: message.user ?? userName(), host: hostname() }
    const { type, data } = message
    const whole: InboxMessage = { id, posted_at: new Date().toISOString(), by, type, data }
    if (createFile(this.#path(id), JSON.stringify(whole))) return id
    const waiting = this.#read(id)
    if (waiting && (waiting.type !== type || JSON.stringify(waiting.data) !== JSON.stringify(data))) {
      throw new RollbookError('MESSAGE_ID_TAKEN', `another message with the id ${id} waits to be read`, {
        hint: 'Post it under an id of its own.',
      })
    }
    return id
  }

  /** The reply to a message, once there is one. */
  reply(id: string): InboxReply | undefined {
    try {
      return JSON.parse(readFileSync(this.#replyPath(id), 'utf8')) as InboxReply
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  /**
   * Waits for the reply and takes it out.
   *
   * @returns undefined after `timeoutMs`: nobody carries the run out at the moment; the message stays for who resumes it
   */
  async waitForReply(id: string, timeoutMs: number): Promise<InboxReply | undefined> {
    for (let waitedMs = 0; ; waitedMs += 50) {
      const reply = this.reply(id)
      if (reply) {
        rmSync(this.#replyPath(id), { force: true })
        return reply
      }
      if (waitedMs >= timeoutMs) return undefined
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** Messages that wait, oldest first. */
  pending(): readonly InboxMessage[] {
    if (!existsSync(this.#folder)) return []
    const messages = readdirSync(this.#folder).flatMap((name) => {
      const id = /^([^.]+)\.json$/.exec(name)?.[1]
      const message = id === undefined ? undefined : this.#read(id)
      return message ? [message] : []
    })
    return messages.sort((a, b) => compare(a.posted_at, b.posted_at) || compare(a.id, b.id))
  }

  /** Hands over all that waits. Only for the process that holds the run's lock. */
  drain(handler: InboxHandler): Promise<void> {
    const drained = this.#draining.then(async () => {
      for (const message of this.pending()) {
        // A reply is written only when the message is settled: a crash came before the message was removed.
        const settled = this.reply(message.id)
        this.#settle(message.id, settled ?? (await handler(message)))
      }
    })
    this.#draining = drained.catch(() => {})
    return drained
  }

  /**
   * Hands over what waits and whatever comes. Looks twice a second as well, for disks that tell of no change.
   *
   * @param onError - the handler rejected; watching has stopped
   */
  watch(handler: InboxHandler, onError: (error: unknown) => void): InboxWatch {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    let stopped = false
    let watcher: FSWatcher | undefined
    const stop = (): void => {
      stopped = true
      clearInterval(timer)
      watcher?.close()
    }
    const look = (): void => {
      if (stopped) return
      this.drain((message) => (stopped ? Promise.reject(new Error('stopped')) : handler(message))).catch((error) => {
        if (stopped) return
        stop()
        onError(error)
      })
    }
    const timer = setInterval(look, pollMs)
    try {
      watcher = watch(this.#folder, look)
      watcher.on('error', () => watcher?.close())
    } catch {
      // No watches left on this host; looking twice a second is enough.
    }
    look()
    return {
      stop: async () => {
        stop()
        await this.#draining
      },
    }
  }

  #settle(id: string, reply: InboxReply): void {
    replaceFile(this.#replyPath(id), JSON.stringify(reply))
    rmSync(this.#path(id), { force: true })
    flushFolder(this.#folder)
  }

  /** Undefined when it is gone, or when it is no message: such a file is put aside with a refusal. */
  #read(id: string): InboxMessage | undefined {
    let text: string
    try {
      text = readFileSync(this.#path(id), 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
    const message = parsed(text)
    if (message?.id === id) return message
    this.#settle(id, { outcome: 'refused', reason: 'The file is not a message.' })
    return undefined
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.json`)
  }

  #replyPath(id: string): string {
    return join(this.#folder, `${id}.reply.json`)
  }
}

function parsed(text: string): InboxMessage | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (!isJsonObject(value) || !isJsonObject(value['data']) || !isJsonObject(value['by'])) return undefined
    const { id, posted_at, type } = value
    if (typeof id !== 'string' || typeof posted_at !== 'string' || typeof type !== 'string') return undefined
    return value as unknown as InboxMessage
  } catch {
    return undefined
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
