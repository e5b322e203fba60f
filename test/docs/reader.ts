import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { builtProgram } from '../support/program.ts'

/** A block may hold a whole run, in steps of its own process; only a reader who is stuck takes this long. */
export const blockTimeoutMs = 240_000

/** Somebody who has cloned the project and does what a page says, in a folder that goes away. */
export interface Reader {
  /** Saves a file as the page asks. */
  save(name: string, text: string): void
  /** Types the commands of a block, which end the shell at the first that fails. */
  type(commands: string): { readonly status: number | null; readonly output: string }
  /** What a page asks to start in another terminal; once per system. */
  startEmulator(system?: 'stackato' | 'cato'): Promise<void>
  leave(): Promise<void>
}

/** `npx rollbook` leads to the program that was built. */
export function makeReader(): Reader {
  const program = builtProgram()
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-reader-'))
  const emulators = new Map<string, ChildProcess>()
  for (const name of ['runbooks', 'templates', 'schemas']) cpSync(name, join(folder, name), { recursive: true })
  mkdirSync(join(folder, '.bin'))
  const shim = `#!/bin/sh\n[ "$1" = rollbook ] || { echo "npx $1 is not known here" >&2; exit 127; }\nshift\nexec "${process.execPath}" "${program}" "$@"\n`
  writeFileSync(join(folder, '.bin/npx'), shim, { mode: 0o755 })

  return {
    save(name, text) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    },
    type(commands) {
      const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', commands], {
        cwd: folder,
        env: { ...process.env, PATH: `${join(folder, '.bin')}${delimiter}${process.env['PATH']}` },
        encoding: 'utf8',
      })
      return { status, output: `${stdout}\n${stderr}` }
    },
    async startEmulator(system = 'stackato') {
      if (emulators.has(system)) return
      const size = { stackato: ['--nodes', '6', '--speed', '6000'], cato: ['--sites', '12', '--zone', 'Europe/Berlin'] }
      const words = [program, 'emulate', system, ...size[system]]
      const started = spawn(process.execPath, words, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
      emulators.set(system, started)
      await new Promise<void>((resolve, reject) => {
        started.stdout.on('data', (chunk: Buffer) => {
          if (chunk.toString().includes('Ctrl-C')) resolve()
        })
        started.once('exit', () => reject(new Error('the emulator ended')))
      })
      if (!existsSync(join(folder, `.rollbook/emulators/${system}/inventory.yaml`)))
        throw new Error('the emulator wrote no inventory')
    },
    async leave() {
      for (const emulator of emulators.values()) {
        if (emulator.exitCode !== null) continue
        const ended = new Promise((resolve) => emulator.once('exit', resolve))
        emulator.kill('SIGINT')
        await ended
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
