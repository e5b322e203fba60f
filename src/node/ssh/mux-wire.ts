/**
 * The bytes on the control socket of OpenSSH: first the multiplexing protocol (OpenSSH's PROTOCOL.mux), and after the
 * proxy request the packets of the SSH connection protocol (RFC 4254), each as length, a zero byte, type, fields.
 */

export const muxHello = 0x00000001
export const muxTerminate = 0x10000005
export const muxProxyRequest = 0x1000000f
export const muxProxyGranted = 0x8000000f
export const muxVersion = 4

export const messageType = {
  globalRequest: 80,
  requestFailure: 82,
  channelOpen: 90,
  channelOpenConfirmation: 91,
  channelOpenFailure: 92,
  channelWindowAdjust: 93,
  channelData: 94,
  channelExtendedData: 95,
  channelEof: 96,
  channelClose: 97,
  channelRequest: 98,
  channelSuccess: 99,
  channelFailure: 100,
} as const

/** Bytes before the data of a data packet: length, zero, type, channel, data length. */
const dataHeadBytes = 14

/** A message of the multiplexing protocol made of 32-bit numbers. */
export function muxMessage(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(4 + 4 * numbers.length)
  bytes.writeUInt32BE(4 * numbers.length, 0)
  numbers.forEach((number, index) => {
    bytes.writeUInt32BE(number >>> 0, 4 + 4 * index)
  })
  return bytes
}

type Field = number | boolean | string

/** A packet of the connection protocol: numbers as 32 bits, booleans as a byte, text with its length. */
export function packet(type: number, ...fields: readonly Field[]): Buffer {
  let size = 2
  for (const field of fields) {
    size += typeof field === 'string' ? 4 + Buffer.byteLength(field) : typeof field === 'number' ? 4 : 1
  }
  const bytes = Buffer.allocUnsafe(4 + size)
  bytes.writeUInt32BE(size, 0)
  bytes[4] = 0
  bytes[5] = type
  let at = 6
  for (const field of fields) {
    if (typeof field === 'number') at = bytes.writeUInt32BE(field, at)
    else if (typeof field === 'boolean') at = bytes.writeUInt8(field ? 1 : 0, at)
    else {
      const length = bytes.write(field, at + 4)
      bytes.writeUInt32BE(length, at)
      at += 4 + length
    }
  }
  return bytes
}

/** What goes before `length` bytes of data, so that the data itself need not be copied. */
export function dataHead(channel: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(dataHeadBytes)
  bytes.writeUInt32BE(dataHeadBytes - 4 + length, 0)
  bytes[4] = 0
  bytes[5] = messageType.channelData
  bytes.writeUInt32BE(channel, 6)
  bytes.writeUInt32BE(length, 10)
  return bytes
}

/** Cuts a stream of bytes into frames that each start with their length. */
export class FrameReader {
  #chunks: Buffer[] = []
  #bytes = 0

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
  }

  /** The next whole frame without its length, or undefined when it has not all arrived. */
  next(): Buffer | undefined {
    if (this.#bytes < 4) return undefined
    const first = this.#gather(4)
    const length = first.readUInt32BE(0)
    if (this.#bytes < 4 + length) return undefined
    const whole = this.#gather(4 + length)
    const frame = whole.subarray(4, 4 + length)
    this.#bytes -= 4 + length
    if (whole.length > 4 + length) this.#chunks[0] = whole.subarray(4 + length)
    else this.#chunks.shift()
    return frame
  }

  /** Makes the first chunk hold at least `count` bytes. */
  #gather(count: number): Buffer {
    const first = this.#chunks[0]
    if (first !== undefined && first.length >= count) return first
    const joined = Buffer.concat(this.#chunks)
    this.#chunks = [joined]
    return joined
  }
}
