import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { bits, der, identifier, integer, octets, sequence, set, utcTime, utf8, yes } from './der.ts'

/** PEM texts of a server's key and certificate, and of the authority that signed it. */
export interface ServerCertificate {
  readonly key: string
  readonly cert: string
  readonly ca: string
}

const dayMs = 86_400_000
const ecdsaWithSha256 = sequence(identifier('1.2.840.10045.4.3.2'))

interface Subject {
  readonly name: string
  readonly keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }
}

/** Makes an authority and a certificate for the loopback interface, valid for a year; keys on the curve P-256. */
export function makeServerCertificate(): ServerCertificate {
  const makeKeys = (): Subject['keys'] => generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const authority: Subject = { name: 'Rollbook emulator authority', keys: makeKeys() }
  const server: Subject = { name: 'localhost', keys: makeKeys() }
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))
  const ca = certificate(authority, authority, [
    extension('2.5.29.19', true, sequence(yes)),
    extension('2.5.29.15', true, bits(Buffer.from([0x06]), 1)),
  ])
  const cert = certificate(server, authority, [
    extension('2.5.29.17', false, names),
    extension('2.5.29.37', false, sequence(identifier('1.3.6.1.5.5.7.3.1'))),
  ])
  return { key: server.keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert, ca }
}

function certificate(subject: Subject, issuer: Subject, extensions: readonly Buffer[]): string {
  const now = Date.now()
  const content = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    nameOf(issuer),
    sequence(utcTime(now - dayMs), utcTime(now + 365 * dayMs)),
    nameOf(subject),
    subject.keys.publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        ...extensions,
        extension('2.5.29.14', false, octets(keyId(subject))),
        extension('2.5.29.35', false, sequence(der(0x80, keyId(issuer)))),
      ),
    ),
  )
  const signature = sign('sha256', content, issuer.keys.privateKey)
  const body = sequence(content, ecdsaWithSha256, bits(signature)).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${body.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`
}

function nameOf(subject: Subject): Buffer {
  return sequence(set(sequence(identifier('2.5.4.3'), utf8(subject.name))))
}

function keyId(subject: Subject): Buffer {
  return createHash('sha1')
    .update(subject.keys.publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(identifier(id), ...(critical ? [yes] : []), octets(value))
}
