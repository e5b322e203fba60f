import { spawnSync } from 'node:child_process'
import { accessSync, constants, lstatSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What emulated Debian hosts are made of, each program with the Debian package that brings it. */
const programs: readonly (readonly [program: string, debian: string])[] = [
  ['apt-get', 'apt'],
  ['dpkg-deb', 'dpkg'],
  ['start-stop-daemon', 'dpkg'],
  ['service', 'init-system-helpers'],
  ['perl', 'perl-base'],
  ['bash', 'bash'],
  ['unshare', 'util-linux'],
  ['nsenter', 'util-linux'],
  ['mount', 'mount'],
  ['gpg', 'gpg'],
  ['gpg-agent', 'gpg-agent'],
  ['gpgv', 'gpgv'],
  ['sshd', 'openssh-server'],
]

let known: readonly string[] | undefined

/**
 * Says what is missing for emulated Debian hosts on this machine, one sentence each; empty when all is there. Asked once
 * per process.
 */
export function missingForHosts(): readonly string[] {
  known ??= look()
  return known
}

function look(): readonly string[] {
  if (process.platform !== 'linux') return ['the emulated hosts are Debian, so this needs Linux']
  const packages = [...new Set(programs.filter(([program]) => !isThere(program)).map(([, debian]) => debian))]
  if (packages.length > 0) return [`packages are missing: apt-get install ${packages.join(' ')}`]
  if (!['/bin', '/sbin', '/lib'].every((path) => lstatSync(path).isSymbolicLink()))
    return ['/bin, /sbin and /lib have to lie in /usr, as on Debian 12 and newer']
  if (process.getuid?.() !== 0) return ['the hosts get root folders of their own, so this needs root']
  const { status, stderr } = spawnSync('unshare', [
    '--mount',
    '--pid',
    '--fork',
    'mount',
    '-t',
    'tmpfs',
    'none',
    '/mnt',
  ])
  return status === 0
    ? []
    : [`this machine lets nobody make a mount namespace (${stderr.toString().trim()}); a container needs CAP_SYS_ADMIN`]
}

function isThere(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin', '/sbin', '/bin']
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
