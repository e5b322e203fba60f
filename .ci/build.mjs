/**
 * Bundles the sources to dist/: the program `rollbook.mjs`, the library `index.mjs` and the kit `conformance.mjs`, with
 * shared chunks that are loaded only by the commands that need them. With `--types` the declarations are written too.
 *
 * Files are replaced so that a `rollbook` that is running while we build keeps working: chunks carry a hash in their
 * name and are written first, the entries last and at once, and chunks that nobody names are swept a day later.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { plainSchemas } from './build/plain-schemas.mjs'
import { quickCommand } from './build/quick-command.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dayMs = 24 * 60 * 60 * 1000

/** Packages that stay in node_modules: they look for native parts beside themselves. */
const external = ['ssh2', 'cpu-features']

const common = {
  platform: 'node',
  target: 'node20.19',
  external,
  // Half of the time of a short command is reading its own program.
  minify: true,
  logLevel: 'warning',
  plugins: [plainSchemas],
}

/** How everything that Node loads as modules is bundled, wherever it lies afterwards. */
export const programSettings = {
  ...common,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  // Packages in CommonJS call `require` for Node's own modules, which an ES module does not have by itself.
  banner: {
    js: "import { createRequire as rollbookMakeRequire } from 'node:module'; const require = rollbookMakeRequire(import.meta.url);",
  },
}

export async function buildProgram() {
  const entryPoints = { rollbook: join(root, 'src/cli/main.ts') }
  if (existsSync(join(root, 'src/index.ts'))) entryPoints.index = join(root, 'src/index.ts')
  if (existsSync(join(root, 'src/conformance/index.ts')))
    entryPoints.conformance = join(root, 'src/conformance/index.ts')
  entryPoints['keep-compiled'] = join(root, '.ci/build/keep-compiled.ts')
  const quick = await quickCommand(common)
  const result = await build({
    ...programSettings,
    entryPoints,
    outdir: join(root, 'dist'),
    legalComments: 'external',
    write: false,
    metafile: true,
    plugins: [...common.plugins, quick.plugin],
  })
  place([quick.file, ...result.outputFiles])
  writeFileSync(join(root, 'dist/meta.json'), JSON.stringify(result.metafile))
  keepCompiled(basename(quick.file.path, '.js'))
}

/** Without the code cache the command starts slower, and is the same otherwise: no reason to fail. */
function keepCompiled(script) {
  const words = [join(root, 'dist/keep-compiled.mjs'), script, 'validate', 'runbooks/helion-stackato.yaml']
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8' })
  if (status !== 0) console.error(`build: the code cache may be incomplete, for "validate" failed: ${stderr}`)
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
  sweep(new Set(chunks.map((file) => basename(file.path))))
}

/** @param keep - names of files; a code cache belongs to the script after which it is named */
function sweep(keep) {
  for (const folder of ['dist/chunks', 'dist/scripts'].map((name) => join(root, name)).filter(existsSync)) {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name)
      const needed = keep.has(name) || keep.has(`${name.split('.')[0]}.js`)
      if (!needed && Date.now() - statSync(path).mtimeMs > dayMs) rmSync(path, { force: true })
    }
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
