import { createSocket } from 'node:dgram'
import { onTestFinished } from 'vitest'

/** Records by `name type`; a value of `servfail`, `refused` or `silent` is a fault instead. */
export type Zone = Readonly<Record<string, readonly string[] | 'servfail' | 'refused' | 'silent'>>

const types: Readonly<Record<number, string>> = { 1: 'A', 5: 'CNAME', 15: 'MX', 16: 'TXT', 28: 'AAAA' }

/** A name server that speaks DNS over UDP (RFC 1035) for one zone. @returns its address, `127.0.0.1:port` */
export async function serveNames(zone: Zone): Promise<string> {
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => {
    const { name, type, end } = readQuestion(query)
    const records = zone[`${name} ${types[type]}`]
    if (records === 'silent') return
    const rcode = records === 'servfail' ? 2 : records === 'refused' ? 5 : records === undefined ? 3 : 0
    const answers = typeof records === 'string' || records === undefined ? [] : records
    const head = Buffer.alloc(12)
    query.copy(head, 0, 0, 2)
    head.writeUInt16BE(0x8580 | rcode, 2)
    head.writeUInt16BE(1, 4)
    head.writeUInt16BE(answers.length, 6)
    const parts: Uint8Array[] = [head, query.subarray(12, end)]
    for (const record of answers) {
      const data = recordData(type, record)
      const meta = Buffer.alloc(12)
      meta.writeUInt16BE(0xc00c, 0)
      meta.writeUInt16BE(type, 2)
      meta.writeUInt16BE(1, 4)
      meta.writeUInt32BE(60, 6)
      meta.writeUInt16BE(data.length, 10)
      parts.push(meta, data)
    }
    socket.send(Buffer.concat(parts), from.port, from.address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  onTestFinished(() => void socket.close())
  return `127.0.0.1:${socket.address().port}`
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.subarray(at + 1, at + 1 + length).toString())
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function recordData(type: number, record: string): Buffer {
  switch (types[type]) {
    case 'A':
      return Buffer.from(record.split('.').map(Number))
    case 'AAAA':
      return Buffer.from(
        record.split(':').flatMap((each) => [Number.parseInt(each, 16) >> 8, Number.parseInt(each, 16) & 255]),
      )
    case 'MX': {
      const [priority, host] = record.split(' ') as [string, string]
      return Buffer.concat([Buffer.from([0, Number(priority)]), domain(host)])
    }
    case 'CNAME':
      return domain(record)
    default:
      return Buffer.concat([Buffer.from([record.length]), Buffer.from(record)])
  }
}

function domain(name: string): Buffer {
  return Buffer.concat([
    ...name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ])
}
