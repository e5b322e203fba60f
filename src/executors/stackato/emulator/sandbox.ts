import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { EmulatedNode } from './cluster.ts'
import { memoryFreeMb } from './cluster.ts'
import { callScript, innerSshScript, shellQuote, sudoScript, toolScript, visudoScript } from './tool-scripts.ts'

/** Programs that the emulator itself answers; `kato` stands apart because it can be missing. */
const tools = ['stackato', 'free', 'vmstat', 'df', 'curl', 'nc', 'service', 'systemctl', 'hostname'] as const

export interface SandboxSettings {
  readonly port: number
  readonly token: string
  readonly password: string
  readonly passwordlessSudo: boolean
}

/** The folder of one emulated host: real files below `root` for everything that a Stackato host keeps in known places. */
export class Sandbox {
  readonly root: string
  readonly node: string
  readonly #callFile: string

  constructor(root: string, node: string) {
    this.root = root
    this.node = node
    this.#callFile = join(root, 'usr/lib/emulator/call')
  }

  get home(): string {
    return join(this.root, 'home/stackato')
  }

  /** What a command of the SSH server starts with. */
  get environment(): Record<string, string> {
    return {
      HOME: this.home,
      USER: 'stackato',
      LOGNAME: 'stackato',
      SHELL: '/bin/bash',
      PATH: this.path,
      TMPDIR: join(this.root, 'tmp'),
      LANG: 'C.UTF-8',
    }
  }

  get path(): string {
    return [join(this.home, 'bin'), join(this.root, 'usr/bin'), '/usr/local/bin', '/usr/bin', '/bin'].join(':')
  }

  build(settings: SandboxSettings): void {
    const { root } = this
    for (const folder of ['tmp', 'mnt', 's/code', 's/etc', 's/static', 's/logs', 'var/stackato', 'etc/profile.d']) {
      mkdirSync(join(root, folder), { recursive: true })
    }
    this.write('usr/lib/emulator/call', callScript(settings.port, settings.token, this.node), 0o600)
    for (const tool of tools) this.write(`usr/bin/${tool}`, toolScript(this.#callFile, tool), 0o755)
    this.write('usr/bin/sudo', sudoScript(root, settings.password), 0o700)
    this.write('usr/bin/ssh', innerSshScript(this.#callFile), 0o755)
    this.write('usr/bin/visudo', visudoScript, 0o755)
    // A login shell reads the machine's own /etc/profile first, which resets PATH.
    this.write('home/stackato/.bash_profile', `export PATH=${shellQuote(this.path)}\n`)
    this.write('home/stackato/.profile', `export PATH=${shellQuote(this.path)}\n`)
    this.write('etc/profile', '# For all users of this host.\n')
    this.write('etc/environment', '')
    mkdirSync(join(root, 'etc/sudoers.d'), { recursive: true })
    if (settings.passwordlessSudo) this.write('etc/sudoers.d/stackato', 'stackato ALL=(ALL) NOPASSWD: ALL\n', 0o440)
  }

  /** Puts the program there, or takes it away. */
  program(path: string, tool: string, present: boolean): void {
    const file = join(this.root, path)
    if (present) this.write(path, toolScript(this.#callFile, tool), 0o755)
    else rmSync(file, { force: true })
  }

  write(path: string, content: string, mode = 0o644): void {
    const file = join(this.root, path)
    mkdirSync(dirname(file), { recursive: true })
    if (existsSync(file)) chmodSync(file, 0o644)
    writeFileSync(file, content, { mode })
    chmodSync(file, mode)
  }

  exists(path: string): boolean {
    return existsSync(join(this.root, path))
  }

  /** Deletes a file, or a folder with all that is in it; does nothing when it is not there. */
  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true, force: true })
  }

  /** Deletes what is below a folder, except the entries named. */
  empty(path: string, keep: readonly string[] = []): void {
    for (const entry of readdirSync(join(this.root, path))) {
      if (!keep.includes(entry)) rmSync(join(this.root, path, entry), { recursive: true, force: true })
    }
  }

  /** Keeps the host's figures where programs read them. */
  refresh(node: EmulatedNode): void {
    const kb = (mb: number): string => String(Math.round(mb * 1024)).padStart(8)
    const free = memoryFreeMb(node)
    this.write(
      'proc/meminfo',
      `MemTotal:       ${kb(node.memory_total_mb)} kB\nMemFree:        ${kb(free)} kB\nMemAvailable:   ${kb(free)} kB\nBuffers:        ${kb(0)} kB\nCached:         ${kb(0)} kB\nSwapTotal:      ${kb(0)} kB\nSwapFree:       ${kb(0)} kB\n`,
    )
  }
}
