/** Runs TypeScript of this project as a process of its own, for tests that race or kill processes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

export interface BundledProgram {
  readonly path: string
  /** @param stdin - `pipe` for a program that waits for the end of its input; otherwise it has none */
  start(args: readonly string[], stdin?: 'pipe' | 'ignore'): ChildProcess
  remove(): void
}

/** @param source - text of a module; it may import by paths from the root of the project, as `./src/…` */
export async function bundleProgram(source: string): Promise<BundledProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-program-'))
  const path = join(folder, 'program.mjs')
  const result = await build({
    stdin: { contents: source, resolveDir: resolve(import.meta.dirname, '../..'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Packages in CommonJS call `require` for Node's own modules.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    write: false,
    logLevel: 'error',
  })
  writeFileSync(path, result.outputFiles[0]?.text ?? '')
  return {
    path,
    start: (args, stdin = 'ignore') => spawn(process.execPath, [path, ...args], { stdio: [stdin, 'pipe', 'pipe'] }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Waits for the end of a process and gives what it printed. */
export async function ended(
  child: ChildProcess,
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  let out = ''
  let err = ''
  child.stdout?.on('data', (chunk) => (out += chunk))
  child.stderr?.on('data', (chunk) => (err += chunk))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, out, err }
}
