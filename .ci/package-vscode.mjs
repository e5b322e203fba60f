/**
 * Makes `editors/vscode/rollbook-<version>.vsix`: `node .ci/package-vscode.mjs [FILE]`. The same sources give the same bytes.
 * Why it is written here and not by the vendor's tool stands in docs/decisions/0075-vsix-without-vsce.md.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { zipSync } from 'fflate'
import { contentTypes, vsixManifest } from './vsix/manifest.mjs'
import { serverFiles } from './vsix/server.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = join(root, 'editors/vscode')

/** What of the folder goes into the package as it is. */
const shipped = ['README.md', 'language-configuration.json', 'syntaxes', 'media', 'walkthrough']

/** @returns contents by path in the package */
export async function vsixFiles() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const manifest = { ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')), version }
  const files = new Map([['package.json', Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)]])
  for (const path of shipped.map((name) => join(folder, name)).flatMap(filesAt)) {
    files.set(relative(folder, path), readFileSync(path))
  }
  for (const { path, contents } of await extensionCode()) files.set(relative(folder, path), contents)
  for (const [path, contents] of await serverFiles(root)) files.set(`server/${path}`, contents)
  const inside = [...files].map(([path, contents]) => [`extension/${path}`, contents])
  const paths = [...inside.map(([path]) => path), 'extension.vsixmanifest']
  return new Map([
    ['[Content_Types].xml', Buffer.from(contentTypes(paths))],
    ['extension.vsixmanifest', Buffer.from(vsixManifest(manifest))],
    ...inside,
  ])
}

/** The code of the extension, in the one form that every editor of this family loads, and that of the page of its plan. */
async function extensionCode() {
  const common = { bundle: true, minify: true, legalComments: 'none', write: false, logLevel: 'warning' }
  const code = await build({
    ...common,
    entryPoints: [join(folder, 'src/extension.ts')],
    outfile: join(folder, 'dist/extension.js'),
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['vscode'],
  })
  const page = await build({
    ...common,
    entryPoints: [join(folder, 'page/plan-page.ts')],
    outfile: join(folder, 'dist/plan-page.js'),
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
  })
  return [...code.outputFiles, ...page.outputFiles]
}

function filesAt(path) {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesAt(join(path, name)))
}

export async function packageExtension(file) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const target = file ?? join(folder, `rollbook-${version}.vsix`)
  const files = [...(await vsixFiles())].map(([path, contents]) => [path, new Uint8Array(contents)])
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, zipSync(Object.fromEntries(files), { level: 9, mtime: new Date(2000, 0, 1) }))
  return target
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = await packageExtension(process.argv[2] && resolve(process.argv[2]))
  console.log(`Packaged ${relative(process.cwd(), target)} (${Math.round(statSync(target).size / 1024)} KiB)`)
}
