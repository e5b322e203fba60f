import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { initScript, serviceProgram } from './service-program.ts'

/** One version of one package, as it is built. Every name here is the emulator's own. */
export interface PackageSpec {
  readonly name: string
  readonly version: string
  readonly summary: string
  readonly depends?: string
  readonly files: Readonly<Record<string, PackageFile>>
  readonly conffiles?: readonly string[]
  /** `preinst`, `postinst`, `prerm`, `postrm`. */
  readonly scripts?: Readonly<Record<string, string>>
}

export interface PackageFile {
  readonly content: string | Uint8Array
  readonly mode?: number
}

/** A package file that lies in a repository. */
export interface BuiltPackage {
  readonly name: string
  readonly version: string
  /** `emulated-edge-gateway_4.6.1-1_all.deb` */
  readonly fileName: string
  /** The paragraph of the control file, without the fields of an index. */
  readonly control: string
  readonly bytes: Buffer
  readonly sha256: string
}

export type Component = 'mediation-controller' | 'edge-gateway' | 'html5-gateway' | 'recording-agent' | 'access-client'

export const componentTitles: Readonly<Record<Component, string>> = {
  'mediation-controller': 'Mediation Controller',
  'edge-gateway': 'Edge Gateway',
  'html5-gateway': 'HTML5 Gateway',
  'recording-agent': 'recording agent',
  'access-client': 'client',
}

export const packageOf = (component: Component): string => `emulated-${component}`
export const basePackage = 'emulated-debian-base'
export const libraryPackage = 'emulated-shared-library'

/** Incompressible, so that disks fill and downloads take as long as their size says. */
const payloadBytes = 96 * 1024

/** The product's part for one kind of host. The client is a program without a service. */
export function componentPackage(component: Component, version: string): PackageSpec {
  const isServer = component !== 'access-client' && component !== 'recording-agent'
  const major = version.split('.').slice(0, 2).join('.')
  const folder = `opt/emulated-cleanroom/${component}`
  const hasService = component !== 'access-client'
  const name = packageOf(component)
  return {
    name,
    version: `${version}-1`,
    summary: `emulated ${componentTitles[component]}, not a program of any vendor`,
    depends: [libraryPackage, ...(isServer && Number(major) >= 4.6 ? [`${basePackage} (>= 12)`] : [])].join(', '),
    files: {
      [`${folder}/version`]: { content: `${version}\n` },
      [`${folder}/payload`]: { content: randomBytes(payloadBytes) },
      [`etc/emulated-cleanroom/${component}.conf`]: {
        content: `# Settings of the emulated ${componentTitles[component]}, as release ${major} brings them.\nlog_level = info\nformat = ${major}\n`,
      },
      ...(hasService
        ? {
            [`${folder}/serve`]: { content: serviceProgram, mode: 0o755 },
            [`etc/init.d/${name}`]: { content: initScript(component), mode: 0o755 },
          }
        : {}),
    },
    conffiles: [`/etc/emulated-cleanroom/${component}.conf`],
    scripts: {
      postinst: postinst(name, hasService),
      ...(hasService ? { prerm: `#!/bin/sh\nset -e\nif [ "$1" = remove ]; then /etc/init.d/${name} stop; fi\n` } : {}),
    },
  }
}

/**
 * What the emulator may ask of it: to fail so many times, to wait until it is let go. In an image nothing is started.
 */
function postinst(name: string, hasService: boolean): string {
  return `#!/bin/sh
set -e
[ "$1" = configure ] || exit 0
fail=/run/emulator/fail-${name}
if [ -e "$fail" ]; then
  left=$(cat "$fail")
  if [ "$left" -gt 1 ]; then echo $((left - 1)) >"$fail"; else rm -f "$fail"; fi
  echo "${name}: the emulated installation fails" >&2
  exit 1
fi
if [ -e /run/emulator/pause-${name} ]; then
  : >/run/emulator/paused-${name}
  while [ -e /run/emulator/pause-${name} ]; do sleep 0.05; done
fi
${hasService ? `[ -e /run/emulator/image ] || /etc/init.d/${name} restart` : ':'}
`
}

/** Stands for the release of the operating system; after an upgrade of it a reboot is asked for. */
export function debianBase(version: string): PackageSpec {
  const codename = version.startsWith('11') ? 'bullseye' : 'bookworm'
  const major = version.split('.')[0] ?? ''
  return {
    name: basePackage,
    version,
    summary: 'emulated release of the operating system',
    files: {
      'etc/os-release': {
        content: `PRETTY_NAME="Debian GNU/Linux ${major} (${codename}), emulated"\nNAME="Debian GNU/Linux"\nVERSION_ID="${major}"\nVERSION="${major} (${codename})"\nVERSION_CODENAME=${codename}\nID=debian\n`,
      },
      'etc/debian_version': { content: `${version}\n` },
    },
    scripts: {
      postinst: `#!/bin/sh
set -e
if [ "$1" = configure ] && [ -n "$2" ] && dpkg --compare-versions "$2" lt "${major}"; then
  : >/run/reboot-required
  echo ${basePackage} >>/run/reboot-required.pkgs
fi
`,
    },
  }
}

export function sharedLibrary(version: string): PackageSpec {
  return {
    name: libraryPackage,
    version,
    summary: 'emulated library that every emulated product package needs',
    files: { 'opt/emulated-cleanroom/library/version': { content: `${version}\n` } },
  }
}

const run = promisify(execFile)

/** Builds a package with `dpkg-deb`. */
export async function buildPackage(spec: PackageSpec, folder: string): Promise<BuiltPackage> {
  const tree = join(folder, `${spec.name}_${spec.version}`)
  const control = controlOf(spec)
  rmSync(tree, { recursive: true, force: true })
  put(join(tree, 'DEBIAN/control'), { content: `${control}\n` })
  if (spec.conffiles) put(join(tree, 'DEBIAN/conffiles'), { content: `${spec.conffiles.join('\n')}\n` })
  for (const [name, content] of Object.entries(spec.scripts ?? {}))
    put(join(tree, 'DEBIAN', name), { content, mode: 0o755 })
  for (const [path, file] of Object.entries(spec.files)) put(join(tree, path), file)
  const fileName = `${spec.name}_${spec.version}_all.deb`
  const file = join(folder, fileName)
  await run('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', tree, file])
  rmSync(tree, { recursive: true })
  const bytes = readFileSync(file)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { name: spec.name, version: spec.version, fileName, control, bytes, sha256 }
}

function controlOf(spec: PackageSpec): string {
  const size = Object.values(spec.files).reduce((sum, file) => sum + Math.ceil(file.content.length / 1024), 1)
  return [
    `Package: ${spec.name}`,
    `Version: ${spec.version}`,
    'Architecture: all',
    'Maintainer: Emulated Cleanroom <repository@cleanroom.example>',
    `Installed-Size: ${size}`,
    ...(spec.depends === undefined ? [] : [`Depends: ${spec.depends}`]),
    'Section: misc',
    'Priority: optional',
    `Description: ${spec.summary}`,
    ' Made by the emulator for rehearsals. The name, the version and what is inside are its own.',
  ].join('\n')
}

function put(path: string, file: PackageFile): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
  writeFileSync(path, file.content)
  chmodSync(path, file.mode ?? 0o644)
}
