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

/** Where programs are looked for: the path of this process, and where Debian keeps those of the administrator. */
const programFolders: readonly string[] = [
  ...(process.env['PATH'] ?? '').split(delimiter),
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
]

/**
 * Says what is missing for emulated Debian hosts on this machine, one sentence each; empty when all is there.
 *
 * @param folders - where programs are looked for
 */
export function missingForHosts(folders: readonly string[] = programFolders): readonly string[] {
  if (process.platform !== 'linux') return ['the emulated hosts are Debian, so this needs Linux']
  const absent = programs.filter(([program]) => !folders.some((folder) => isProgram(join(folder, program))))
  const packages = [...new Set(absent.map(([, debian]) => debian))]
  if (packages.length > 0) return [`packages are missing: apt-get install ${packages.join(' ')}`]
  if (!['/bin', '/sbin', '/lib'].every((path) => lstatSync(path).isSymbolicLink()))
    return ['/bin, /sbin and /lib have to lie in /usr, as on Debian 12 and newer']
  if (process.getuid?.() !== 0) return ['the hosts get root folders of their own, so this needs root']
  const words = ['--mount', '--pid', '--fork', 'mount', '-t', 'tmpfs', 'none', '/mnt']
  const { status, stderr } = spawnSync('unshare', words)
  return status === 0
    ? []
    : [`this machine lets nobody make a mount namespace (${stderr.toString().trim()}); a container needs CAP_SYS_ADMIN`]
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
