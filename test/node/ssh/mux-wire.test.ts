import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dataHead, FrameReader, messageType, muxMessage, packet } from '../../../src/node/ssh/mux-wire.ts'

test('frames come out whole and in order, however the bytes were cut', () => {
  const frames = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 })
  fc.assert(
    fc.property(frames, fc.array(fc.nat(4000)), (list, cuts) => {
      const all = Buffer.concat(
        list.map((frame) => {
          const head = Buffer.alloc(4)
          head.writeUInt32BE(frame.length)
          return Buffer.concat([head, frame])
        }),
      )
      const places = [0, ...cuts.map((cut) => cut % (all.length + 1)).toSorted((a, b) => a - b), all.length]
      const reader = new FrameReader()
      const seen: Buffer[] = []
      places.slice(1).forEach((end, index) => {
        reader.push(all.subarray(places[index], end))
        for (let frame = reader.next(); frame !== undefined; frame = reader.next()) seen.push(Buffer.from(frame))
      })
      expect(seen.map((frame) => frame.toString('hex'))).toEqual(
        list.map((frame) => Buffer.from(frame).toString('hex')),
      )
    }),
  )
})

test('packets have the bytes of RFC 4254 behind a length and a zero', () => {
  expect(muxMessage(1, 4).toString('hex')).toBe('000000080000000100000004')
  expect(packet(messageType.channelRequest, 7, 'exec', true, 'é').toString('hex')).toBe(
    '0000001500620000000700000004657865630100000002c3a9',
  )
  expect(dataHead(7, 3).toString('hex')).toBe('0000000d005e0000000700000003')
})
