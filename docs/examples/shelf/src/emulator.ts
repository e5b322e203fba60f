/** A Shelf to practise on: an HTTP server with the interface of the appliance, in memory. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Shelf {
  readonly url: string
  readonly token: string
  /** What the appliance holds; a copy. */
  state(): ShelfState
  /** Puts the appliance into a state; what was kept and what is under way is forgotten. */
  reset(state: Partial<ShelfState>): void
  /** Resolves when no firmware is being installed. */
  quiet(): Promise<void>
  close(): Promise<void>
}

export interface ShelfState {
  readonly values: Readonly<Record<string, string>>
  readonly notes: readonly string[]
  readonly version: string
}

interface Job {
  readonly id: string
  readonly version: string
  readonly before: string
  readonly until: number
}

const fresh: ShelfState = { values: {}, notes: [], version: '1.0.0' }

/** @param options - `installMs`: how long an installation takes, real milliseconds */
export async function startShelf(options: { readonly token: string; readonly installMs: number }): Promise<Shelf> {
  const appliance = makeAppliance(options.installMs)
  const server = createServer(async (request, response) => {
    if (request.headers.authorization !== `Bearer ${options.token}`) {
      response.writeHead(401).end('{"error":"token"}')
      return
    }
    const { status, body } = appliance.answer(request, await bodyOf(request))
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: options.token,
    state: appliance.state,
    reset: appliance.reset,
    quiet: appliance.quiet,
    close: () => closed(server),
  }
}

interface Answer {
  readonly status: number
  readonly body: object
}

function makeAppliance(installMs: number): Pick<Shelf, 'state' | 'reset' | 'quiet'> & {
  answer(request: IncomingMessage, body: Readonly<Record<string, unknown>>): Answer
} {
  let values = new Map<string, string>()
  let notes: { readonly id: string; readonly text: string }[] = []
  let installed = fresh.version
  let job: Job = { id: '', version: installed, before: installed, until: 0 }
  /** What a setting held before an effect, by the id of the effect; null when it was not there. */
  let kept = new Map<string, { readonly key: string; readonly value: string | null }>()
  const running = (): boolean => Date.now() < job.until
  const version = (): string => (running() ? installed : job.version)

  const valuesAnswer = (method: string, key: string, body: Readonly<Record<string, unknown>>): Answer => {
    const value = values.get(key)
    if (method === 'PUT') {
      const id = String(body['id'])
      const before = kept.get(id) ?? { key, value: value ?? null }
      kept.set(id, before)
      values.set(key, String(body['value']))
      return { status: 200, body: { existed: before.value !== null } }
    }
    return value === undefined ? missing : { status: 200, body: { value } }
  }
  const keptAnswer = (method: string, id: string): Answer => {
    const before = kept.get(id)
    if (before === undefined) return missing
    if (method === 'POST' && before.value === null) values.delete(before.key)
    else if (method === 'POST') values.set(before.key, before.value ?? '')
    return { status: 200, body: { existed: before.value !== null } }
  }
  const notesAnswer = (method: string, id: string, body: Readonly<Record<string, unknown>>): Answer => {
    if (method === 'POST') notes.push({ id: String(body['id']), text: String(body['text']) })
    const found = notes.find((note) => note.id === (method === 'POST' ? body['id'] : id))
    if (found === undefined) return missing
    if (method === 'DELETE') notes = notes.filter((note) => note !== found)
    return { status: 200, body: { id: found.id } }
  }
  const firmwareAnswer = (method: string, body: Readonly<Record<string, unknown>>): Answer => {
    if (method === 'POST' && body['job'] !== job.id) {
      if (running()) return { status: 409, body: { error: 'busy' } }
      installed = version()
      job = {
        id: String(body['job']),
        version: String(body['version']),
        before: installed,
        until: Date.now() + (body['version'] === installed ? 0 : installMs),
      }
    }
    return { status: 200, body: { version: version(), before: job.before, job: job.id, running: running() } }
  }

  return {
    answer(request, body) {
      const [, , kind = '', id = '', verb] = (request.url ?? '').split('/').map(decodeURIComponent)
      const method = request.method ?? 'GET'
      if (kind === 'values' && id !== '') return valuesAnswer(method, id, body)
      if (kind === 'kept' && (method === 'GET' || verb === 'restore')) return keptAnswer(method, id)
      if (kind === 'notes') return notesAnswer(method, id, body)
      return kind === 'firmware' ? firmwareAnswer(method, body) : missing
    },
    state: () => ({
      values: Object.fromEntries([...values].sort(([a], [b]) => (a < b ? -1 : 1))),
      notes: notes.map(({ text }) => text),
      version: version(),
    }),
    reset(state) {
      const wanted = { ...fresh, ...state }
      values = new Map(Object.entries(wanted.values))
      notes = wanted.notes.map((text, index) => ({ id: `old-${index}`, text }))
      installed = wanted.version
      job = { id: '', version: installed, before: installed, until: 0 }
      kept = new Map()
    },
    async quiet() {
      // A timer may come a moment before the clock shows its time.
      while (running()) await new Promise((resolve) => setTimeout(resolve, job.until - Date.now()))
    },
  }
}

const missing: Answer = { status: 404, body: { error: 'unknown' } }

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const text = Buffer.concat(parts).toString('utf8')
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}

async function closed(server: Server): Promise<void> {
  const done = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await done
}
