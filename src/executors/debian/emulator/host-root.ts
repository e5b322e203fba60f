import { chmodSync, chownSync, existsSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'

const folders = [
  'etc/apt/apt.conf.d',
  'etc/apt/keyrings',
  'etc/apt/preferences.d',
  'etc/apt/sources.list.d',
  'etc/apt/trusted.gpg.d',
  'etc/default',
  'etc/dpkg/dpkg.cfg.d',
  'etc/pam.d',
  'etc/security',
  'etc/ssh',
  'etc/sudoers.d',
  'home/operator',
  'mnt',
  'opt',
  'proc',
  'dev',
  'root/.ssh',
  'run/emulator',
  'run/lock',
  'run/sshd',
  'run/sudo',
  'srv',
  'sys',
  'tmp',
  'usr',
  'var/backups',
  'var/cache/apt/archives/partial',
  'var/lib/apt/lists/partial',
  'var/lib/apt/periodic',
  'var/lib/dpkg/alternatives',
  'var/lib/dpkg/info',
  'var/lib/dpkg/parts',
  'var/lib/dpkg/triggers',
  'var/lib/dpkg/updates',
  'var/lib/sudo',
  'var/log/apt',
  'var/tmp',
] as const

/** Users as on a fresh Debian. `operator` is an administrator with sudo; nobody has a password. */
const accounts: Readonly<Record<string, string>> = {
  'etc/passwd': `root:x:0:0:root:/root:/bin/bash
_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
sshd:x:101:65534::/run/sshd:/usr/sbin/nologin
operator:x:1000:1000:Operator:/home/operator:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`,
  'etc/group':
    'root:x:0:\ntty:x:5:\nsudo:x:27:operator\nshadow:x:42:\nstaff:x:50:\noperator:x:1000:\nnogroup:x:65534:\n',
  'etc/shadow': 'root:*:19000:0:99999:7:::\noperator:*:19000:0:99999:7:::\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n',
  'etc/sudoers':
    'Defaults env_reset\nDefaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\nroot ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n',
  'etc/pam.d/other':
    'auth required pam_deny.so\naccount required pam_permit.so\npassword required pam_deny.so\nsession required pam_permit.so\n',
  'etc/pam.d/sudo': 'auth required pam_unix.so\naccount required pam_unix.so\nsession required pam_permit.so\n',
}

const sshdConfig = `# The server of an emulated host: keys only.
HostKey /etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile /etc/ssh/authorized_keys
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
PrintMotd no
PrintLastLog no
UseDNS no
MaxSessions 1000
LogLevel ERROR
Subsystem sftp internal-sftp
`

/** Writes the root folder of a Debian host without packages: what is below it and not `/usr` is the host's own. */
export function makeRoot(root: string): void {
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true, mode: 0o755 })
  for (const link of ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32']) {
    if (existsSync(`/${link}`)) symlinkSync(`usr/${link}`, join(root, link))
  }
  symlinkSync('/run', join(root, 'var/run'))
  symlinkSync('/run/lock', join(root, 'var/lock'))
  symlinkSync('/proc/mounts', join(root, 'etc/mtab'))
  chmodSync(root, 0o755)
  chmodSync(join(root, 'root'), 0o700)
  chownSync(join(root, 'home/operator'), 1000, 1000)
  for (const folder of ['tmp', 'var/tmp', 'run/lock']) chmodSync(join(root, folder), 0o1777)
  mkdirSync(join(root, 'etc/alternatives'))
  for (const name of alternatives) {
    const target = linkTarget(`/etc/alternatives/${name}`)
    if (target !== undefined) symlinkSync(target, join(root, 'etc/alternatives', name))
  }
  for (const [path, content] of Object.entries(accounts)) put(root, path, content)
  chmodSync(join(root, 'etc/sudoers'), 0o440)
  chmodSync(join(root, 'etc/shadow'), 0o640)
  put(root, 'etc/sudoers.d/operator', 'operator ALL=(ALL:ALL) NOPASSWD: ALL\n', 0o440)
  put(root, 'etc/ssh/sshd_config', sshdConfig)
  // Nothing here has to survive a power cut of the machine, and many hosts share one disk.
  put(root, 'etc/dpkg/dpkg.cfg', 'log /var/log/dpkg.log\nforce-unsafe-io\n')
  put(root, 'var/lib/dpkg/status', '')
  put(root, 'var/lib/dpkg/available', '')
  put(root, 'etc/apt/apt.conf.d/10emulated', 'Acquire::Languages "none";\nAPT::Install-Recommends "false";\n')
}

/** Programs below `/usr` that are links into `/etc/alternatives`, as far as maintainer scripts and commands use them. */
const alternatives = ['awk', 'nawk', 'which', 'pager'] as const

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

export interface Network {
  /** Where the repositories are; another address stands for a flow that is blocked, none for unknown names. */
  readonly repositories: string | undefined
  readonly names: readonly string[]
}

/** Names that the host knows: there is no name server. */
export function writeHosts(root: string, network: Network): void {
  const own = `127.0.0.1 localhost ${hostname()}\n`
  const names = network.repositories === undefined ? '' : `${network.repositories} ${network.names.join(' ')}\n`
  put(root, 'etc/hosts', own + names)
}

export function put(root: string, path: string, content: string | Uint8Array, mode = 0o644): void {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  chmodSync(file, mode)
}
