/** The program that lies inside the extension, so that it works where nothing else is installed. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build } from 'esbuild'
import { programSettings } from '../build.mjs'

/**
 * Bundled like the program of `npm run build`, with the packages that cannot be bundled, the templates and the shipped
 * runbooks beside it.
 *
 * @param root - folder of the project
 * @returns contents by path below `server/`
 */
export async function serverFiles(root) {
  const { outputFiles } = await build({
    ...programSettings,
    entryPoints: { rollbook: join(root, 'src/cli/main.ts') },
    outdir: join(root, 'dist'),
    legalComments: 'none',
    write: false,
  })
  const files = new Map(outputFiles.map((file) => [relative(root, file.path), Buffer.from(file.contents)]))
  for (const folder of ['templates', 'runbooks', ...packagesNeeded(root, 'ssh2')]) {
    for (const path of filesBelow(join(root, folder))) files.set(relative(root, path), readFileSync(path))
  }
  const { version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const manifest = { name: 'rollbook', version, license, private: true, type: 'module' }
  files.set('package.json', Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`))
  return files
}

/** Folders of a package and of all that it cannot do without. */
function packagesNeeded(root, name, found = new Set()) {
  const folder = `node_modules/${name}`
  if (found.has(folder)) return found
  found.add(folder)
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  for (const needed of Object.keys(dependencies)) packagesNeeded(root, needed, found)
  return found
}

const unneeded = /^(?:test|tests|examples|example|util|build|\.github|node_modules)$|\.(?:test\.js|map|ts|cc|h|gyp)$/

function filesBelow(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .filter((name) => !unneeded.test(name))
    .flatMap((name) => {
      const path = join(folder, name)
      return statSync(path).isDirectory() ? filesBelow(path) : [path]
    })
}
