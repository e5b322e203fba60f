import { execFileSync } from 'node:child_process'
import { type HostSpace, keyFolder } from './host-space.ts'

/** Signs as the owner of one repository does: a real OpenPGP key, made in the space of the hosts and gone with it. */
export class Signer {
  readonly #space: HostSpace
  readonly #home: string

  /**
   * @param name - unique in the space
   * @param owner - such as `Emulated Cleanroom <repository@cleanroom.example>`
   */
  constructor(space: HostSpace, name: string, owner: string) {
    this.#space = space
    this.#home = `${keyFolder}/${name}`
    this.#run(['mkdir', '-m', '700', this.#home])
    this.#gpg(['--passphrase', '', '--quick-generate-key', owner, 'ed25519', 'sign', 'never'])
  }

  /** 40 hexadecimal digits. */
  get fingerprint(): string {
    const lines = this.#gpg(['--with-colons', '--list-keys']).toString().split('\n')
    return lines.find((line) => line.startsWith('fpr:'))?.split(':')[9] ?? ''
  }

  /** Armoured, as a keyring for `signed-by`. */
  publicKey(): string {
    return this.#gpg(['--armor', '--export']).toString()
  }

  /** The text with its signature around it, as `InRelease` is. */
  clearSign(text: string): string {
    return this.#gpg(['--clearsign'], text).toString()
  }

  /** A detached signature, armoured. */
  sign(content: string | Uint8Array): string {
    return this.#gpg(['--armor', '--detach-sign'], content).toString()
  }

  #gpg(words: readonly string[], input?: string | Uint8Array): Buffer {
    return this.#run(
      ['gpg', '--homedir', this.#home, '--batch', '--quiet', '--pinentry-mode', 'loopback', ...words],
      input,
    )
  }

  #run(argv: readonly string[], input?: string | Uint8Array): Buffer {
    const [program, ...rest] = this.#space.wordsBeside(argv)
    return execFileSync(program, rest, {
      ...(input === undefined ? {} : { input }),
      stdio: ['pipe', 'pipe', 'pipe'],
      maxBuffer: 64 << 20,
    })
  }
}
