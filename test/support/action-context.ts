import { createHash } from 'node:crypto'
import { makeMasker } from '../../src/base/mask.ts'
import { isTainted } from '../../src/base/secret.ts'
import { makeNodePorts } from '../../src/node/ports.ts'
import type { ActionContext, SystemView, TargetView } from '../../src/ports/executor.ts'
import type { Ports } from '../../src/ports/ports.ts'
import type { Ssh } from '../../src/ports/ssh.ts'
import type { Sshd } from './sshd.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface ContextOptions {
  readonly target?: TargetView
  readonly systems?: readonly SystemView[]
  /** Texts of secrets by the name that references use. */
  readonly secrets?: Readonly<Record<string, string>>
  readonly ssh?: Ssh
  readonly ports?: Partial<Ports>
  readonly effect?: string
  readonly attempt?: number
  /** Default: now, by the clock of the ports. */
  readonly begunAt?: number
  readonly fence?: number
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
  /** Where relative paths start; default a new empty folder. */
  readonly directory?: string
}

export interface RecordedContext extends ActionContext {
  readonly directory: string
  readonly lines: string[]
  /** Everything that was kept, as it would lie on disk (masked, as the engine does). */
  readonly evidence: Map<string, Uint8Array>
  /** The same before the mask: what the action itself let through. */
  readonly unmasked: string[]
}

let effects = 0

const noSsh: Ssh = {
  session: async () => {
    throw new Error('the test gave no SSH')
  },
  warm: () => undefined,
  close: async () => undefined,
}

/** A context as the engine makes it, over real ports, that remembers what was written. */
export function makeContext(options: ContextOptions = {}): RecordedContext {
  const directory = options.directory ?? temporaryFolder()
  const secrets = options.secrets ?? {}
  const masker = makeMasker(Object.values(secrets))
  const lines: string[] = []
  const unmasked: string[] = []
  const evidence = new Map<string, Uint8Array>()
  const ports: Ports = {
    ...makeNodePorts({ ssh: options.ssh ?? noSsh, directory, onInsecure: (message) => lines.push(message) }),
    ...options.ports,
  }
  const secretText = (name: string): string => {
    const text = secrets[name]
    if (text === undefined) throw new Error(`the test has no secret "${name}"`)
    return text
  }
  effects += 1
  return {
    ...(options.target === undefined ? {} : { target: options.target }),
    targets: options.target === undefined ? [] : [options.target],
    system: (name) =>
      (options.systems ?? []).find((each) => each.name === (name ?? options.target?.system ?? each.name)),
    effect: options.effect ?? `phase/step@target#${effects}`,
    attempt: options.attempt ?? 1,
    begunAt: options.begunAt ?? ports.clock.now(),
    fence: options.fence ?? 1,
    deadlineMs: options.deadlineMs ?? 120_000,
    signal: options.signal ?? new AbortController().signal,
    ports,
    directory,
    lines,
    evidence,
    unmasked,
    log(line) {
      unmasked.push(line)
      lines.push(masker.text(line))
    },
    async keepEvidence(name, media, content) {
      unmasked.push(Buffer.from(content).toString('latin1'))
      const bytes = masker.bytes(Buffer.from(content))
      evidence.set(name, bytes)
      return { name, media, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
    },
    hide: (text, isCut) => masker.text(text, isCut),
    async reveal(value) {
      if (!isTainted(value)) return value
      if ('$secret' in value) return secretText(value.$secret)
      return value.$secret_text.map((part) => (typeof part === 'string' ? part : secretText(part.$secret))).join('')
    },
  }
}

/** A target that is reached through a test's own sshd. */
export function targetOf(sshd: Sshd, more: Partial<TargetView> = {}): TargetView {
  return {
    name: 'node-1',
    kind: 'host',
    address: sshd.addresses[0] ?? '127.0.0.1',
    roles: [],
    attributes: {},
    connection: { config_file: sshd.configFile },
    ...more,
  }
}
