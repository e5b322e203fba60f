import { existsSync, type FSWatcher, mkdtempSync, rmSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A unix socket's path ends at 104 bytes on some systems, and OpenSSH first binds to a name 17 bytes longer. */
const pathBytesMax = 104 - 1 - 17 - 8
/** The watcher tells at once; looking again now and then covers file systems that cannot be watched. */
const lookAgainMs = 250

/** A private folder with a short name for control sockets; tells when a socket has appeared. */
export class SocketFolder {
  readonly path: string
  readonly #watcher: FSWatcher | undefined
  readonly #awaited = new Map<string, () => void>()
  #timer: NodeJS.Timeout | undefined
  #next = 1

  constructor() {
    const base = Buffer.byteLength(tmpdir()) + '/rb-XXXXXX'.length <= pathBytesMax ? tmpdir() : '/tmp'
    this.path = mkdtempSync(join(base, 'rb-'))
    this.#watcher = tryWatch(this.path, () => this.#look())
  }

  /** A path that was never used. */
  newSocketPath(): string {
    return join(this.path, String(this.#next++))
  }

  /** Resolves when the socket is there; `stop` ends the waiting. */
  appears(socketPath: string): { readonly there: Promise<void>; stop(): void } {
    const there = new Promise<void>((resolve) => this.#awaited.set(socketPath, resolve))
    this.#timer ??= setInterval(() => this.#look(), lookAgainMs)
    this.#look()
    return { there, stop: () => this.#forget(socketPath) }
  }

  remove(): void {
    this.#watcher?.close()
    clearInterval(this.#timer)
    this.#timer = undefined
    rmSync(this.path, { recursive: true, force: true })
  }

  #look(): void {
    for (const [socketPath, resolve] of this.#awaited) {
      if (!existsSync(socketPath)) continue
      this.#forget(socketPath)
      resolve()
    }
  }

  #forget(socketPath: string): void {
    this.#awaited.delete(socketPath)
    if (this.#awaited.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

function tryWatch(path: string, listener: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, { persistent: false }, listener)
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return undefined
  }
}
