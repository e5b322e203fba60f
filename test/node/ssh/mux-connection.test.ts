/** What leaves on the control socket, seen by a scripted master; the real one is met in every other test. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MuxConnection, ProxyModeRefused } from '../../../src/node/ssh/mux-connection.ts'
import {
  FrameReader,
  messageType,
  muxHello,
  muxMessage,
  muxProxyGranted,
  packet,
} from '../../../src/node/ssh/mux-wire.ts'
import { until } from '../../support/until.ts'

const names = new Map<number, string>(Object.entries(messageType).map(([name, type]) => [type, name]))
const exitStatus = packet(messageType.channelRequest, 0, 'exit-status', false, 0)

let directory: string
let server: Server
let peer: Socket
let path: string
/** One entry per arrival of bytes: the names of the packets in it. */
let arrivals: string[][]
let grant: Buffer

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'mux-'))
  path = join(directory, 's')
  arrivals = []
  grant = muxMessage(muxProxyGranted, 0)
  server = createServer((socket) => {
    peer = socket
    const reader = new FrameReader()
    let greetings = 0
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      reader.push(chunk)
      const arrived: string[] = []
      for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
        greetings += 1
        if (greetings === 1) socket.write(muxMessage(muxHello, 4))
        else if (greetings === 2) socket.write(grant)
        else arrived.push(names.get(frame[1]!) ?? '?')
      }
      if (arrived.length > 0) arrivals.push(arrived)
    })
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
})
afterEach(async () => {
  peer?.destroy()
  await new Promise((resolve) => server.close(resolve))
  rmSync(directory, { recursive: true, force: true })
})

const tell = (...packets: Buffer[]): void => void peer.write(Buffer.concat(packets))
/** Tells, and waits for what is said in answer. */
const ask = async (...packets: Buffer[]): Promise<void> => {
  const before = arrivals.length
  tell(...packets)
  await until(() => arrivals.length > before)
}
const confirmation = (id: number, window: number): Buffer =>
  packet(messageType.channelOpenConfirmation, id, 100 + id, window, 32_768)

test('end of file waits for the reply to exec, also when there is nothing to send', async () => {
  const connection = await MuxConnection.open(path)
  const channel = connection.openChannel('true', () => undefined)
  channel.end()
  await until(() => arrivals.length > 0)
  expect(arrivals).toEqual([['channelOpen']])
  await ask(confirmation(0, 1000))
  expect(arrivals.at(-1)).toEqual(['channelRequest'])
  await ask(packet(messageType.channelSuccess, 0))
  expect(arrivals.at(-1)).toEqual(['channelEof'])
})

test('the close of one channel and the open of the next leave in one write', async () => {
  const connection = await MuxConnection.open(path)
  const first = connection.openChannel('true', () => undefined)
  const second = first.ended.then(() => connection.openChannel('true', () => undefined))
  await ask(confirmation(0, 1000))
  tell(packet(messageType.channelSuccess, 0))
  await ask(exitStatus, packet(messageType.channelClose, 0))
  await second
  expect(arrivals.at(-1)).toEqual(['channelClose', 'channelOpen'])
})

test('nothing more is sent than the window of the far side allows', async () => {
  const connection = await MuxConnection.open(path)
  const channel = connection.openChannel('cat', () => undefined)
  let isWritten = false
  void channel.write(Buffer.alloc(250)).then(() => {
    isWritten = true
  })
  await ask(confirmation(0, 100))
  await ask(packet(messageType.channelSuccess, 0))
  expect(arrivals.at(-1)).toEqual(['channelData'])
  await ask(packet(messageType.channelWindowAdjust, 0, 100))
  expect(isWritten).toBe(false)
  await ask(packet(messageType.channelWindowAdjust, 0, 100))
  await until(() => isWritten)
  expect(arrivals.flat().filter((name) => name === 'channelData')).toHaveLength(3)
})

test('a question on the channel is answered, so that the server does not hang up', async () => {
  const connection = await MuxConnection.open(path)
  connection.openChannel('sleep 60', () => undefined)
  await ask(confirmation(0, 1000))
  tell(packet(messageType.channelSuccess, 0))
  await ask(packet(messageType.channelRequest, 0, 'keepalive@openssh.com', true))
  expect(arrivals.at(-1)).toEqual(['channelFailure'])
})

test('a master without the proxy mode is told apart from a broken one', async () => {
  grant = muxMessage(0x80000003, 0)
  await expect(MuxConnection.open(path)).rejects.toBeInstanceOf(ProxyModeRefused)
  await expect(MuxConnection.open(`${path}-none`)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a close without an exit status is no success', async () => {
  const connection = await MuxConnection.open(path)
  const channel = connection.openChannel('true', () => undefined)
  await ask(confirmation(0, 1000))
  tell(packet(messageType.channelSuccess, 0), packet(messageType.channelClose, 0))
  await expect(channel.ended).rejects.toMatchObject({ class: 'unreachable' })
})

test.each([
  ['without all of its fields', packet(messageType.channelExtendedData, 0)],
  ['without the number of a channel', Buffer.from([0, 0, 0, 2, 0, messageType.channelData])],
])('a packet %s costs the connection, and nothing else', async (_, malformed) => {
  const connection = await MuxConnection.open(path)
  const channel = connection.openChannel('true', () => undefined)
  await ask(confirmation(0, 1000))
  tell(packet(messageType.channelSuccess, 0), malformed)
  await connection.closed
  connection.fail(new Error('the connection is lost'))
  await expect(channel.ended).rejects.toThrow('the connection is lost')
  expect(connection.isOpen).toBe(false)
})
