/**
 * Runs a script of dist/scripts/ with the engine's code cache, when there is one that fits this engine and its flags. The
 * cache only saves time: without it, or when the engine refuses it, the script is compiled as any other.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cachedDataVersionTag, setFlagsFromString } from 'node:v8'
import { constants, Script } from 'node:vm'

const here = dirname(fileURLToPath(import.meta.url))
const folder = join(basename(here) === 'chunks' ? dirname(here) : here, 'scripts')

/**
 * @param name - of the script, without `.js`; it carries a hash of the content, by which the cache is bound to it
 * @param keep - keeps what was compiled, for the next time, when this process exits
 * @returns what the script exports
 */
export function loadScript(name: string, keep = false): unknown {
  // One file is checked in less time than the engine needs to optimize the code for it, and doing so costs a quarter
  // of the whole. This makes it wait eight times longer, which large folders do not notice.
  setFlagsFromString('--interrupt-budget=1000000')
  const filename = join(folder, `${name}.js`)
  // One cache per version of the engine, its flags and the processor.
  const cache = join(folder, `${name}.${cachedDataVersionTag()}.cache`)
  const script = new Script(readFileSync(filename, 'utf8'), {
    filename,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(existsSync(cache) ? { cachedData: readFileSync(cache) } : {}),
  })
  const library = { exports: {} as unknown }
  script.runInThisContext()(library.exports, createRequire(filename), library)
  if (keep) process.on('exit', () => writeWhole(cache, script.createCachedData()))
  return library.exports
}

function writeWhole(path: string, bytes: Uint8Array): void {
  writeFileSync(`${path}.${process.pid}`, bytes)
  renameSync(`${path}.${process.pid}`, path)
}
