import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type BuiltPackage,
  buildPackage,
  type Component,
  componentPackage,
  componentTitles,
  debianBase,
  type PackageSpec,
  packageOf,
  sharedLibrary,
} from './packages.ts'
import { type RepositorySpec, repositoryFiles, type SigningFlaw } from './repository.ts'
import type { Signer } from './signer.ts'

/** The flows that a host needs, by name of the repository. */
export const repositoryNames = ['debian', 'debian-security', 'cleanroom'] as const
export type RepositoryName = (typeof repositoryNames)[number]

/** Names under which the hosts know the repositories; `.example` belongs to nobody. */
export const repositoryHosts: Readonly<Record<RepositoryName, string>> = {
  debian: 'mirror.cleanroom.example',
  'debian-security': 'security.cleanroom.example',
  cleanroom: 'product.cleanroom.example',
}

export const baseBefore = '11.11'
export const baseAfter = '12.9'
export const libraryBefore = '1.0-1'
export const libraryAfter = '1.0-1+deb12u1'

/** Every version of every package, and what each repository offers of them. */
export interface Product {
  /** What a new host has, by component. */
  installed(component: Component): readonly BuiltPackage[]
  /** Both releases: what is installed stays available, so that a way back exists where the product allows one. */
  offered(name: RepositoryName): readonly BuiltPackage[]
}

export async function buildProduct(folder: string, version: string, release: string): Promise<Product> {
  mkdirSync(folder, { recursive: true })
  const components = Object.keys(componentTitles) as readonly Component[]
  const build = (spec: PackageSpec): Promise<BuiltPackage> => buildPackage(spec, folder)
  const [baseOld, baseNew, libraryOld, libraryNew, old, next] = await Promise.all([
    build(debianBase(baseBefore)),
    build(debianBase(baseAfter)),
    build(sharedLibrary(libraryBefore)),
    build(sharedLibrary(libraryAfter)),
    Promise.all(components.map((component) => build(componentPackage(component, version)))),
    Promise.all(components.map((component) => build(componentPackage(component, release)))),
  ])
  const offered: Readonly<Record<RepositoryName, readonly BuiltPackage[]>> = {
    debian: [baseOld, baseNew, libraryOld],
    'debian-security': [libraryNew],
    cleanroom: [...old, ...next],
  }
  return {
    installed: (component) => [baseOld, libraryOld, ...old.filter((built) => built.name === packageOf(component))],
    offered: (name) => offered[name],
  }
}

/** What the web server offers, by path. */
export function publish(
  product: Product,
  architecture: string,
  signer: Signer,
  flaws: Readonly<Partial<Record<RepositoryName, SigningFlaw>>>,
): ReadonlyMap<string, Uint8Array> {
  const all = new Map<string, Uint8Array>()
  for (const name of repositoryNames) {
    const spec: RepositorySpec = { name, suite: 'emulated', label: `Emulated ${name}`, architecture }
    const files = repositoryFiles(spec, product.offered(name), signer, flaws[name])
    for (const [path, content] of files) all.set(`${name}/${path}`, content)
  }
  return all
}

/** Lines for `sources.list`. */
export function sources(port: number): string {
  return repositoryNames
    .map(
      (name) =>
        `deb [signed-by=/etc/apt/keyrings/emulated-cleanroom.asc] http://${repositoryHosts[name]}:${port}/${name} emulated main\n`,
    )
    .join('')
}

export interface ReleaseFiles {
  /** The packages of the release in one file, as the vendor hands it out. */
  readonly archiveFile: string
  /** Detached signature of it. */
  readonly signatureFile: string
  readonly keyFile: string
}

/** Writes what an operator downloads beforehand: the archive of the release, its signature and the key. */
export function writeReleaseFiles(folder: string, release: string, product: Product, signer: Signer): ReleaseFiles {
  mkdirSync(folder, { recursive: true })
  const name = `emulated-cleanroom-${release}.mirror`
  const newest = product.offered('cleanroom').filter((built) => built.version.startsWith(release))
  const archive = Buffer.concat(newest.map((built) => built.bytes))
  const files = {
    archiveFile: join(folder, name),
    signatureFile: join(folder, `${name}.asc`),
    keyFile: join(folder, 'emulated-cleanroom.asc'),
  }
  writeFileSync(files.archiveFile, archive)
  writeFileSync(files.signatureFile, signer.sign(archive))
  writeFileSync(files.keyFile, signer.publicKey())
  return files
}
