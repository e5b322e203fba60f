/**
 * SSH on the system's OpenSSH: one control master per target, commands as channels over its socket.
 *
 * 1. A target has at most one connection, however many ask for it at the same time.
 * 2. A connection that is lost fails what was on it; the next command opens a new one.
 * 3. After `close`, and when this process ends in any way, no master is left.
 * 4. A connection that nobody uses may be closed at any time; its next command opens another one.
 */
import { setMaxListeners } from 'node:events'
import { canonicalJson } from '../../base/json.ts'
import { failureOfAbort } from '../../ports/abort.ts'
import { ActionFailure } from '../../ports/executor.ts'
import type { Ssh, SshAddress, SshSession } from '../../ports/ssh.ts'
import { Certainty, withNotApplied } from './certainty.ts'
import { HeldLinks, type HeldLinksOptions, type LinkHolder } from './held-links.ts'
import { type Link, type LinkSettings, openLink } from './link.ts'
import { isWorthAnotherTry, placeOf } from './login-failure.ts'
import { LoginQueue } from './login-queue.ts'
import { MasterGuard } from './master-guard.ts'
import { type RunSpec, runRemote } from './remote-run.ts'
import { SocketFolder } from './socket-folder.ts'
import { insecurityOf } from './ssh-arguments.ts'
import { download, upload } from './transfer.ts'
import type { Transport } from './transport.ts'

export interface SshOptions extends HeldLinksOptions {
  /** Told, once per target, that its host key is not checked as it should be. Doors show it, the engine records it. */
  readonly onInsecure: (message: string) => void
  /** `proxy` (default) speaks over the master's socket; `process` starts an `ssh` per command. */
  readonly mode?: 'proxy' | 'process'
  /** Logins at once; default 32, and 8 through the same jump host. */
  readonly loginsMax?: number
  /** How long the failure of a login in advance counts for the first use, milliseconds; default 30 seconds. */
  readonly keptMs?: number
  /** The OpenSSH client; default `ssh` in PATH. */
  readonly sshPath?: string
}

/** Long enough not to wait for the same login twice in a row; later the target may well be there. */
const keptMsDefault = 30_000

/** Pauses before a login is tried again that the server cut off before the key exchange, milliseconds. */
const loginPausesMs: readonly number[] = [300, 1200]

interface Entry extends LinkHolder {
  readonly address: SshAddress
  opening: Promise<Link> | undefined
  /** What {@link Ssh.warm} met and when, of the monotonic clock; kept for a first use soon after. */
  kept: { readonly error: unknown; readonly at: number } | undefined
}

export function makeSsh(options: SshOptions): Ssh {
  return new OpenSsh(options)
}

class OpenSsh implements Ssh {
  readonly #options: SshOptions
  readonly #entries = new Map<string, Entry>()
  readonly #logins: LoginQueue
  readonly #certainty = new Certainty()
  readonly #held: HeldLinks
  readonly #closing = new AbortController()
  #local: LinkSettings | undefined
  #guard: MasterGuard | undefined

  constructor(options: SshOptions) {
    this.#options = options
    this.#logins = new LoginQueue(options.loginsMax)
    this.#held = new HeldLinks(options)
    setMaxListeners(0, this.#closing.signal)
  }

  async session(address: SshAddress, signal?: AbortSignal): Promise<SshSession> {
    const entry = this.#entry(address)
    const { kept } = entry
    entry.kept = undefined
    return await this.#certainty.over(signal, false, async () => {
      try {
        if (kept !== undefined && performance.now() - kept.at < (this.#options.keptMs ?? keptMsDefault))
          throw kept.error
        await orAborted(this.#link(entry), signal, `connecting to ${placeOf(address)}`)
        return this.#sessionOf(entry)
      } catch (error) {
        throw error instanceof ActionFailure ? withNotApplied(error, true) : error
      }
    })
  }

  warm(addresses: readonly SshAddress[]): void {
    const entries = addresses.map((address) => this.#entry(address))
    // Whatever is opened beyond that would be closed again before it is used.
    for (const entry of entries.slice(0, Math.max(0, this.#held.max - this.#held.size))) {
      this.#link(entry).catch((error: unknown) => {
        entry.kept = { error, at: performance.now() }
      })
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new ActionFailure('cancelled', 'the SSH sessions were closed'))
    const entries = [...this.#entries.values()]
    await Promise.allSettled(entries.map(({ opening }) => opening))
    await Promise.all(entries.map(({ link }) => link?.stop()))
    await this.#held.end()
    await this.#guard?.close()
    this.#local?.folder.remove()
    this.#entries.clear()
  }

  #entry(address: SshAddress): Entry {
    const key = canonicalJson(address)
    let entry = this.#entries.get(key)
    if (entry === undefined) {
      entry = { address, link: undefined, opening: undefined, kept: undefined }
      this.#entries.set(key, entry)
      const insecurity = insecurityOf(address)
      if (insecurity !== undefined) this.#options.onInsecure(insecurity)
    }
    return entry
  }

  #sessionOf(entry: Entry): SshSession {
    const place = placeOf(entry.address)
    const transport = (): Transport | Promise<Transport> =>
      entry.link?.isAlive ? entry.link.transport : this.#link(entry).then((link) => link.transport)
    const run = (spec: RunSpec) =>
      this.#held.using(entry, () => this.#certainty.over(spec.signal, true, () => runRemote(transport, spec, place)))
    return {
      exec: ({ stdin, ...command }) => run({ ...command, input: stdin }),
      upload: (content, path, transfer) => upload(run, content, path, transfer, place),
      download: (path, sink, transfer) => download(run, path, sink, transfer, place),
    }
  }

  async #link(entry: Entry): Promise<Link> {
    if (entry.link?.isAlive) return entry.link
    entry.opening ??= this.#open(entry).finally(() => {
      entry.opening = undefined
    })
    return entry.opening
  }

  async #open(entry: Entry): Promise<Link> {
    const { signal } = this.#closing
    if (signal.aborted) throw failureOfAbort(signal, 'connecting')
    for (let attempt = 0; ; attempt += 1) {
      const leave = await this.#logins.enter(entry.address.jump, signal)
      try {
        const link = await openLink(entry.address, this.#settings(), signal)
        entry.link = link
        this.#held.opened(entry)
        return link
      } catch (error) {
        const pauseMs = loginPausesMs[attempt]
        if (pauseMs === undefined || !(error instanceof ActionFailure) || !isWorthAnotherTry(error.message)) throw error
        await orAborted(new Promise((resolve) => setTimeout(resolve, pauseMs)), signal, 'connecting')
      } finally {
        leave()
      }
    }
  }

  /** Made at the first login: a run without SSH leaves no folder and starts no process. */
  #settings(): LinkSettings {
    if (this.#local === undefined) {
      const folder = new SocketFolder()
      this.#guard = new MasterGuard(folder.path)
      const { sshPath = 'ssh', mode = 'proxy' } = this.#options
      this.#local = { folder, guard: this.#guard, sshPath, mode }
    }
    return this.#local
  }
}

/** The work goes on for others; only this caller stops waiting. */
async function orAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined, what: string): Promise<Value> {
  if (signal === undefined) return work
  let onAbort: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(failureOfAbort(signal, what))
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
    aborted.catch(() => undefined)
    work.catch(() => undefined)
  }
}
