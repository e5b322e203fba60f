/** What the executors for all systems are exercised on: a host behind a real SSH server, a web service, a mail server. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer as createHttp, type Server } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'
import type { JsonObject } from '../../../src/base/json.ts'
import type { TestWorld, WorldStart } from '../../../src/conformance/index.ts'
import { type Certificate, makeCertificate } from '../../support/certificates.ts'
import { startSshd } from '../../support/sshd.ts'

export interface Lab extends TestWorld {
  /** Home folder of the host, with a slash at the end. */
  readonly home: string
  /** Folder of control, with a slash at the end. */
  readonly folder: string
  readonly url: string
  readonly sshPort: number
  readonly tlsPort: number
  /** What the web service has taken, by path, and the mails that were delivered. */
  readonly taken: Map<string, string[]>
  readonly mails: string[]
}

let certificate: Certificate | undefined

export async function startLab({ directory }: WorldStart): Promise<Lab> {
  certificate ??= makeCertificate()
  const sshd = await startSshd()
  const taken = new Map<string, string[]>()
  const mails: string[] = []
  const web = createHttp((request, response) => {
    const parts: Buffer[] = []
    request.on('error', () => undefined)
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const path = request.url ?? ''
      const body = Buffer.concat(parts).toString()
      if (request.method === 'PUT') taken.set(path, [body])
      if (request.method === 'POST') taken.set(path, [...(taken.get(path) ?? []), body])
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok","id":7}')
    })
  })
  const secure = createHttps({ key: certificate.key, cert: certificate.cert })
  const mail = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      let text = ''
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
      stream.on('end', () => {
        mails.push(/^Subject: .*$/m.exec(text)?.[0] ?? '')
        done()
      })
    },
  })
  mail.on('error', () => undefined)
  const [webPort, tlsPort] = [await listen(web), await listen(secure)]
  await new Promise<void>((resolve) => mail.listen(0, '127.0.0.1', resolve))
  const mailPort = (mail.server.address() as AddressInfo).port
  writeFileSync(join(directory, 'ca.pem'), certificate.ca)
  return {
    home: `${sshd.home}/`,
    folder: `${directory}/`,
    url: `http://127.0.0.1:${webPort}`,
    sshPort: sshd.port,
    tlsPort,
    taken,
    mails,
    target: {
      name: 'node-1',
      kind: 'host',
      address: sshd.addresses[0] ?? '127.0.0.1',
      roles: [],
      attributes: {},
      connection: { config_file: sshd.configFile },
    },
    systems: [
      {
        name: 'mail',
        kind: 'smtp',
        address: `127.0.0.1:${mailPort}`,
        settings: { from: 'rollbook@example.org', tls: 'none' },
      },
    ],
    secrets: { token: 'a-token-of-the-laboratory' },
    close: async () => {
      await Promise.all([closed(web), closed(secure)])
      await new Promise<void>((resolve) => mail.close(resolve))
      await sshd.stop()
    },
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function closed(server: Server): Promise<void> {
  const done = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await done
}

/** Empties the host, control and the services, and puts files there; paths are relative to either folder. */
export const reset =
  (
    files: {
      readonly home?: Readonly<Record<string, string>>
      readonly folder?: Readonly<Record<string, string>>
    } = {},
  ) =>
  (lab: Lab): void => {
    lab.taken.clear()
    lab.mails.length = 0
    for (const [folder, content] of [
      [lab.home, files.home ?? {}],
      [lab.folder, { 'ca.pem': certificate?.ca ?? '', ...files.folder }],
    ] as const) {
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true })
      mkdirSync(folder, { recursive: true })
      for (const [name, text] of Object.entries(content)) writeFileSync(join(folder, name), text)
    }
  }

/** Everything that an action could have changed. What is kept on a host to go on from, and files aside, are no effect. */
export function look(lab: Lab): JsonObject {
  return {
    home: filesOf(lab.home),
    folder: filesOf(lab.folder),
    taken: Object.fromEntries([...lab.taken].sort(([a], [b]) => (a < b ? -1 : 1))),
    mails: [...lab.mails],
  }
}

/** Work under a marker goes on by itself after the engine has gone. */
export async function detachedEnded(lab: Lab): Promise<void> {
  // What was sent a moment ago may not have begun.
  await new Promise((resolve) => setTimeout(resolve, 250))
  const markers = join(lab.home, '.rollbook/effects')
  const isRunning = (): boolean =>
    (existsSync(markers) ? readdirSync(markers) : []).some((effect) => {
      const names = readdirSync(join(markers, effect))
      return names.some((name) => name.startsWith('pid')) && !names.includes('exit')
    })
  for (let tries = 0; tries < 1200 && isRunning(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 50))
}

function filesOf(folder: string): JsonObject {
  const names = readdirSync(folder).filter((name) => !/^\.|\.part$/.test(name) && statSync(join(folder, name)).isFile())
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}
