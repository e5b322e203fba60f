/**
 * Runs a TypeScript file of this project: `node .ci/run-ts.mjs FILE [arguments]`. Node 20 cannot do it by itself, so the
 * file is bundled with its own imports, next to itself (that keeps `import.meta.url` meaningful), and packages stay in node_modules.
 */
import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const [file, ...rest] = process.argv.slice(2)
if (file === undefined) {
  console.error('usage: node .ci/run-ts.mjs FILE [arguments]')
  process.exit(2)
}
const source = resolve(file)
const bundle = `${source.replace(/\.ts$/, '')}.${process.pid}.run.mjs`
process.on('exit', () => rmSync(bundle, { force: true }))
await build({
  entryPoints: [source],
  outfile: bundle,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  logLevel: 'warning',
})
process.argv = [process.argv[0], source, ...rest]
await import(pathToFileURL(bundle).href)
