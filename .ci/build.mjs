/**
 * Bundles the sources to dist/: the program `rollbook.mjs`, the library `index.mjs` and the kit `conformance.mjs`, with
 * shared chunks that are loaded only by the commands that need them. With `--types` the declarations are written too.
 *
 * Files are replaced so that a `rollbook` that is running while we build keeps working: chunks carry a hash in their
 * name and are written first, the entries last and at once, and chunks that nobody names are swept a day later.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dayMs = 24 * 60 * 60 * 1000

/** Packages that stay in node_modules: they look for native parts beside themselves. */
const external = ['ssh2', 'cpu-features']

export async function buildProgram() {
  const entryPoints = { rollbook: join(root, 'src/cli/main.ts') }
  if (existsSync(join(root, 'src/index.ts'))) entryPoints.index = join(root, 'src/index.ts')
  if (existsSync(join(root, 'src/conformance/index.ts')))
    entryPoints.conformance = join(root, 'src/conformance/index.ts')
  const result = await build({
    entryPoints,
    outdir: join(root, 'dist'),
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external,
    // Packages in CommonJS call `require` for Node's own modules, which an ES module does not have by itself.
    banner: {
      js: "import { createRequire as rollbookMakeRequire } from 'node:module'; const require = rollbookMakeRequire(import.meta.url);",
    },
    // Half of the time of a short command is reading its own program.
    minify: true,
    legalComments: 'external',
    logLevel: 'warning',
    write: false,
    metafile: true,
  })
  place(result.outputFiles)
  writeFileSync(join(root, 'dist/meta.json'), JSON.stringify(result.metafile))
}

function place(files) {
  const entries = files.filter((file) => dirname(file.path) === join(root, 'dist'))
  const chunks = files.filter((file) => !entries.includes(file))
  for (const file of [...chunks, ...entries]) {
    mkdirSync(dirname(file.path), { recursive: true })
    if (chunks.includes(file) && existsSync(file.path)) continue
    const draft = `${file.path}.${process.pid}`
    writeFileSync(draft, file.contents, { mode: file.path.endsWith('rollbook.mjs') ? 0o755 : 0o644 })
    renameSync(draft, file.path)
  }
  sweep(new Set(chunks.map((file) => file.path)))
}

function sweep(keep) {
  const folder = join(root, 'dist/chunks')
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (!keep.has(path) && Date.now() - statSync(path).mtimeMs > dayMs) rmSync(path, { force: true })
  }
}

export function buildTypes() {
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildProgram()
  if (process.argv.includes('--types')) buildTypes()
  console.log(`Built ${relative(process.cwd(), join(root, 'dist')) || 'dist'}`)
}
