import { lookup, Resolver } from 'node:dns/promises'
import { connect } from 'node:net'
import { connect as connectTls, type DetailedPeerCertificate, type TLSSocket } from 'node:tls'
import { failureOfAbort, refuseWhenAborted } from '../ports/abort.ts'
import { ActionFailure } from '../ports/executor.ts'
import type { Net, TlsCertificate } from '../ports/net.ts'
import { errorCode, failureOfNetwork } from './network-failure.ts'
import { timerMs } from './timer.ts'
import { trustContext } from './trust.ts'

type RecordType = Parameters<Net['dns']>[1]

/** Probes of the real network. */
export function makeNet(): Net {
  return {
    async tcp(host, port, timeoutMs, signal) {
      const where = `${host}:${port}`
      const startedAt = performance.now()
      const socket = connect({ host, port })
      await opened(socket, 'connect', where, timeoutMs, signal)
      socket.destroy()
      return { ms: Math.round(performance.now() - startedAt) }
    },
    async dns(name, type, timeoutMs, servers, signal) {
      refuseWhenAborted(signal, `looking up ${name}`)
      const resolver = new Resolver({ timeout: timeoutMs, tries: 1 })
      if (servers !== undefined && servers.length > 0) setServers(resolver, servers)
      const asks =
        (servers === undefined || servers.length === 0) && (type === 'A' || type === 'AAAA')
          ? lookupAsPrograms(name, type)
          : resolveRecords(resolver, name, type)
      try {
        return [...(await within(asks, timeoutMs, `looking up ${name}`, signal))].sort()
      } catch (error) {
        const code = errorCode(error)
        if (code === 'ENOTFOUND' || code === 'ENODATA') return []
        if (code === 'ETIMEOUT') throw noAnswer(`looking up ${name}`, timeoutMs)
        if (code === 'ESERVFAIL' || code === 'EREFUSED' || code === 'EBADRESP' || code === 'EFORMERR') {
          const failureClass = code === 'EREFUSED' ? 'refused' : 'process'
          throw new ActionFailure(failureClass, `the name server cannot answer for ${name} (${code})`, { cause: error })
        }
        throw failureOfNetwork(error, `name server for ${name}`)
      } finally {
        resolver.cancel()
      }
    },
    async tls(host, port, options) {
      const where = `${host}:${port}`
      const serverName = options.serverName ?? host
      const socket = connectTls({
        host,
        port,
        // An address is no server name; what it is checked against is `checkServerIdentity`'s business.
        ...(/^[\d.]+$|:/.test(serverName) ? {} : { servername: serverName }),
        rejectUnauthorized: false,
        secureContext: trustContext(options.ca),
      })
      await opened(socket, 'secureConnect', where, options.timeoutMs, options.signal)
      const found = certificateOf(socket)
      socket.destroy()
      if (found === undefined) throw new ActionFailure('process', `${where}: shows no certificate`)
      return found
    },
  }
}

function setServers(resolver: Resolver, servers: readonly string[]): void {
  try {
    resolver.setServers([...servers])
  } catch (error) {
    throw new ActionFailure('process', `not an address of a name server: ${servers.join(', ')}`, {
      advice: 'Give addresses such as 192.0.2.53 or 192.0.2.53:5353.',
      cause: error,
    })
  }
}

async function lookupAsPrograms(name: string, type: 'A' | 'AAAA'): Promise<readonly string[]> {
  const found = await lookup(name, { all: true, family: type === 'A' ? 4 : 6 })
  return [...new Set(found.map((each) => each.address))]
}

async function resolveRecords(resolver: Resolver, name: string, type: RecordType): Promise<readonly string[]> {
  switch (type) {
    case 'A':
      return await resolver.resolve4(name)
    case 'AAAA':
      return await resolver.resolve6(name)
    case 'CNAME':
      return await resolver.resolveCname(name)
    case 'MX':
      return (await resolver.resolveMx(name)).map((each) => `${each.priority} ${each.exchange}`)
    case 'TXT':
      return (await resolver.resolveTxt(name)).map((parts) => parts.join(''))
  }
}

/** Waits for an event of a socket; whatever else happens ends the socket and is told by its class. */
function opened(
  socket: ReturnType<typeof connect>,
  event: 'connect' | 'secureConnect',
  where: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const ready = new Promise<void>((resolve, reject) => {
    socket.once(event, resolve)
    socket.once('error', (error) => reject(failureOfNetwork(error, where)))
    socket.once('close', () =>
      reject(new ActionFailure('unreachable', `${where}: the connection broke before it was ready`)),
    )
  })
  return within(ready, timeoutMs, `connecting to ${where}`, signal).catch((error: unknown) => {
    socket.destroy()
    throw error
  })
}

function within<T>(work: Promise<T>, timeoutMs: number, what: string, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      if (signal) reject(failureOfAbort(signal, what))
    }
    if (signal?.aborted) onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    const timer = setTimeout(() => reject(noAnswer(what, timeoutMs)), timerMs(timeoutMs))
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    })
  })
}

function noAnswer(what: string, timeoutMs: number): ActionFailure {
  return new ActionFailure('timeout', `no answer within ${timeoutMs} ms while ${what}`)
}

function certificateOf(socket: TLSSocket): TlsCertificate | undefined {
  const peer: DetailedPeerCertificate | null = socket.getPeerCertificate(true)
  if (peer === null || peer.valid_to === undefined) return undefined
  const error: unknown = socket.authorizationError
  return {
    subject: distinguishedName(peer.subject),
    issuer: distinguishedName(peer.issuer),
    validFrom: Date.parse(peer.valid_from),
    validTo: Date.parse(peer.valid_to),
    names: namesOf(peer),
    fingerprint256: peer.fingerprint256,
    trusted: socket.authorized,
    ...(socket.authorized ? {} : { trustError: trustError(error) }),
  }
}

function trustError(error: unknown): string {
  if (error instanceof Error) return errorCode(error) || error.message
  return typeof error === 'string' ? error : 'not trusted'
}

function namesOf(peer: DetailedPeerCertificate): readonly string[] {
  const alternatives = (peer.subjectaltname ?? '').split(', ').filter((each) => each !== '')
  const names = alternatives.map((each) => each.replace(/^(DNS|IP Address):/, ''))
  const common: unknown = peer.subject?.CN
  return names.length === 0 && typeof common === 'string' ? [common] : names
}

/** `CN=host, O=Company`; a part that occurs twice stands twice. */
function distinguishedName(parts: object | undefined): string {
  return Object.entries(parts ?? {})
    .flatMap(([key, value]: [string, unknown]) =>
      (Array.isArray(value) ? value : [value]).map((one) => `${key}=${one}`),
    )
    .join(', ')
}
