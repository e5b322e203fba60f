import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Signs as the owner of one repository does: a real OpenPGP key, made for this emulator and gone with it. */
export class Signer {
  readonly #home: string
  readonly owner: string

  /** @param owner - such as `Emulated Cleanroom <repository@cleanroom.example>` */
  constructor(owner: string) {
    this.owner = owner
    // A socket of the agent lies in there, and its path must be short.
    this.#home = mkdtempSync(join(tmpdir(), 'gpg-'))
    this.#gpg(['--passphrase', '', '--quick-generate-key', owner, 'ed25519', 'sign', 'never'])
  }

  /** 40 hexadecimal digits. */
  get fingerprint(): string {
    const lines = this.#gpg(['--with-colons', '--list-keys']).toString().split('\n')
    return lines.find((line) => line.startsWith('fpr:'))?.split(':')[9] ?? ''
  }

  /** Armoured, as a keyring for \`signed-by\`. */
  publicKey(): string {
    return this.#gpg(['--armor', '--export']).toString()
  }

  /** The text with its signature around it, as \`InRelease\` is. */
  clearSign(text: string): string {
    return this.#gpg(['--clearsign'], text).toString()
  }

  /** A detached signature, armoured. */
  sign(content: string | Uint8Array): string {
    return this.#gpg(['--armor', '--detach-sign'], content).toString()
  }

  close(): void {
    try {
      execFileSync('gpgconf', ['--homedir', this.#home, '--kill', 'all'], { stdio: 'ignore' })
    } catch {
      // The agent ends by itself as soon as its folder is gone.
    }
    rmSync(this.#home, { recursive: true, force: true })
  }

  #gpg(words: readonly string[], input?: string | Uint8Array): Buffer {
    return execFileSync(
      'gpg',
      ['--homedir', this.#home, '--batch', '--quiet', '--pinentry-mode', 'loopback', ...words],
      {
        ...(input === undefined ? {} : { input }),
        stdio: ['pipe', 'pipe', 'pipe'],
        maxBuffer: 64 << 20,
      },
    )
  }
}
