import { timingSafeEqual } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'

/** One call of a program on an emulated host. */
export interface ToolCall {
  readonly node: string
  readonly tool: string
  readonly args: readonly string[]
  readonly cwd: string
  /** `stackato`, or `root` through sudo. */
  readonly user: string
  readonly env: Readonly<Record<string, string>>
  /** Aborted when the calling process is gone. */
  readonly signal: AbortSignal
  out(line: string): void
  /** Output without a line end. */
  raw(text: string): void
  err(line: string): void
  /** Asks on the caller's terminal or standard input; undefined when nothing can be read. */
  ask(prompt: string): Promise<string | undefined>
}

export type ToolHandler = (call: ToolCall) => Promise<number>

/** The loopback port behind the programs of {@link callScript}; only who holds the token is served. */
export class ToolBridge {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #token: Buffer
  #handler: ToolHandler = async () => 127

  constructor(token: string) {
    this.#token = Buffer.from(token)
    this.#server = createServer((socket) => this.#serve(socket))
  }

  handle(handler: ToolHandler): void {
    this.#handler = handler
  }

  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', () => resolve((this.#server.address() as { port: number }).port))
    })
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    const reader = new FieldReader()
    const aborted = new AbortController()
    let answer: ((text: string | undefined) => void) | undefined
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#sockets.delete(socket)
      aborted.abort(new Error('the calling process is gone'))
      answer?.(undefined)
    })
    socket.on('data', (chunk) => {
      for (const message of reader.push(chunk)) {
        if (message.kind === 'answer') answer?.(message.text)
        else void this.#run(socket, message.fields, aborted.signal, (settle) => (answer = settle))
      }
    })
  }

  async #run(
    socket: Socket,
    fields: readonly (readonly [string, string])[],
    signal: AbortSignal,
    waitForAnswer: (settle: (text: string | undefined) => void) => void,
  ): Promise<void> {
    const value = (name: string): string => fields.find(([key]) => key === name)?.[1] ?? ''
    const token = Buffer.from(value('token'))
    if (token.length !== this.#token.length || !timingSafeEqual(token, this.#token)) return void socket.destroy()
    const send = (letter: string, text: string): void => {
      if (!socket.destroyed) for (const line of text.split('\n')) socket.write(`${letter} ${line}\n`)
    }
    const call: ToolCall = {
      node: value('node'),
      tool: value('tool'),
      cwd: value('cwd'),
      user: value('user'),
      args: fields.filter(([key]) => key === 'arg').map(([, text]) => text),
      env: Object.fromEntries(
        fields.filter(([key]) => key.startsWith('env.')).map(([key, text]) => [key.slice(4), text]),
      ),
      signal,
      out: (line) => send('O', line),
      raw: (text) => send('N', text),
      err: (line) => send('E', line),
      ask: (prompt) =>
        new Promise((resolve) => {
          waitForAnswer(resolve)
          send('Q', prompt)
        }),
    }
    let code: number
    try {
      code = await this.#handler(call)
    } catch (error) {
      if (signal.aborted) return
      call.err(`${call.tool}: ${error instanceof Error ? error.message : String(error)}`)
      code = 70
    }
    if (!socket.destroyed) socket.end(`X ${code}\n`)
  }
}

type Message =
  | { readonly kind: 'call'; readonly fields: readonly (readonly [string, string])[] }
  | { readonly kind: 'answer'; readonly text: string | undefined }

/** Cuts the byte stream of one caller into the call and its answers. */
class FieldReader {
  #buffer: Buffer = Buffer.alloc(0)
  #fields: [string, string][] = []
  #called = false

  push(chunk: Buffer): readonly Message[] {
    this.#buffer = Buffer.concat([this.#buffer, chunk])
    const messages: Message[] = []
    for (;;) {
      const end = this.#buffer.indexOf(10)
      if (end < 0) return messages
      const line = this.#buffer.subarray(0, end).toString('utf8')
      if (this.#called) {
        messages.push({ kind: 'answer', text: line.startsWith('A ') ? line.slice(2) : undefined })
        this.#buffer = this.#buffer.subarray(end + 1)
      } else if (line === '.') {
        this.#called = true
        messages.push({ kind: 'call', fields: this.#fields })
        this.#buffer = this.#buffer.subarray(end + 1)
      } else {
        const [name, length] = line.split(' ')
        const from = end + 1
        const to = from + Number(length)
        if (this.#buffer.length < to + 1) return messages
        this.#fields.push([name!, this.#buffer.subarray(from, to).toString('utf8')])
        this.#buffer = this.#buffer.subarray(to + 1)
      }
    }
  }
}
