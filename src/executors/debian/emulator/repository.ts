import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { BuiltPackage } from './packages.ts'
import type { Signer } from './signer.ts'

export interface RepositorySpec {
  /** First part of its path, such as `debian-security`. */
  readonly name: string
  readonly suite: string
  readonly label: string
  readonly architecture: string
}

/** How a release is signed, or what is wrong with it. */
export interface SigningFlaw {
  /** Another key than the one that the hosts trust. */
  readonly signer?: Signer
  /** The text is changed after it was signed. */
  readonly altered?: boolean
  /** It was valid until yesterday only. */
  readonly expired?: boolean
}

/**
 * Everything that a repository serves, by path below its own name: packages, indexes, `Release`, and `InRelease` with
 * its signature.
 */
export function repositoryFiles(
  spec: RepositorySpec,
  packages: readonly BuiltPackage[],
  signer: Signer,
  flaw: SigningFlaw = {},
): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  for (const each of packages) files.set(poolPath(each), each.bytes)
  const index = Buffer.from(packages.map(indexEntry).join('\n'))
  const indexes = new Map<string, Buffer>([
    [`main/binary-${spec.architecture}/Packages`, index],
    [`main/binary-${spec.architecture}/Packages.gz`, gzipSync(index)],
  ])
  const top = `dists/${spec.suite}`
  for (const [path, content] of indexes) files.set(`${top}/${path}`, content)
  const release = releaseText(spec, indexes, flaw)
  const who = flaw.signer ?? signer
  const signed = who.clearSign(release)
  files.set(`${top}/Release`, Buffer.from(release))
  files.set(`${top}/Release.gpg`, Buffer.from(who.sign(release)))
  files.set(`${top}/InRelease`, Buffer.from(flaw.altered ? signed.replace('Origin: ', 'Origin: Not ') : signed))
  return files
}

function poolPath(built: BuiltPackage): string {
  return `pool/main/${built.name}/${built.fileName}`
}

function indexEntry(built: BuiltPackage): string {
  const own = [
    `Filename: ${poolPath(built)}`,
    `Size: ${built.bytes.length}`,
    `SHA256: ${built.sha256}`,
    `MD5sum: ${createHash('md5').update(built.bytes).digest('hex')}`,
  ]
  const lines = built.control.split('\n')
  const description = lines.findIndex((line) => line.startsWith('Description:'))
  return `${[...lines.slice(0, description), ...own, ...lines.slice(description)].join('\n')}\n`
}

function releaseText(spec: RepositorySpec, indexes: ReadonlyMap<string, Buffer>, flaw: SigningFlaw): string {
  const dayMs = 86_400_000
  const now = Date.now()
  const date = new Date(flaw.expired ? now - 2 * dayMs : now - 60_000).toUTCString().replace('GMT', 'UTC')
  const until = new Date(flaw.expired ? now - dayMs : now + 7 * dayMs).toUTCString().replace('GMT', 'UTC')
  return `${[
    'Origin: Emulated Cleanroom',
    `Label: ${spec.label}`,
    `Suite: ${spec.suite}`,
    `Codename: ${spec.suite}`,
    `Date: ${date}`,
    `Valid-Until: ${until}`,
    `Architectures: ${spec.architecture}`,
    'Components: main',
    'Description: made by the emulator; names and versions are its own',
    'SHA256:',
    ...[...indexes].map(
      ([path, content]) => ` ${createHash('sha256').update(content).digest('hex')} ${content.length} ${path}`,
    ),
  ].join('\n')}\n`
}
