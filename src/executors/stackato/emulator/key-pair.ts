import { generateKeyPairSync, randomBytes } from 'node:crypto'

export interface SshKeyPair {
  /** In OpenSSH's own format, as `ssh-keygen` writes it. */
  readonly private: string
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly public: string
}

const keyBytes = 32

/**
 * Makes an Ed25519 key pair. The generator of `ssh2` 1.17 is not used: it strips zero bytes from the front of a public
 * key, so that one pair in 256 cannot be read. Nor is a key exported as JWK: Node 20 holds a lock meanwhile that a garbage
 * collection within it waits for, and then stands still for ever.
 */
export function makeKeyPair(): SshKeyPair {
  const pair = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  })
  // Both encodings end with the bare key (RFC 8410).
  const secret = pair.privateKey.subarray(-keyBytes)
  const open = pair.publicKey.subarray(-keyBytes)
  const name = Buffer.from('ssh-ed25519')
  const publicBlob = Buffer.concat([field(name), field(open)])
  const check = randomBytes(4)
  const parts = Buffer.concat([check, check, publicBlob, field(Buffer.concat([secret, open])), field(Buffer.alloc(0))])
  const padding = Buffer.from(Array.from({ length: (8 - (parts.length % 8)) % 8 }, (_, index) => index + 1))
  const none = field(Buffer.from('none'))
  const blob = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    none,
    none,
    field(Buffer.alloc(0)),
    Buffer.from([0, 0, 0, 1]),
    field(publicBlob),
    field(Buffer.concat([parts, padding])),
  ])
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? []
  return {
    private: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`,
    public: `ssh-ed25519 ${publicBlob.toString('base64')}`,
  }
}

/** A string of the SSH protocol: its length in four bytes, then its bytes. */
function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
