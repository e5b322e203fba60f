/**
 * Makes the program for the command that is called most, `validate` (an editor or a hook runs it at every change), a script
 * of its own: run with the engine's code cache (load-script.ts), which modules of the language cannot have, it starts in
 * half of the time. Everything that the command may need is in it once, so that no class exists twice in one process.
 */
import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(dirname(here))
const command = 'validate'

/**
 * @param settings - of esbuild, shared with the rest of the program
 * @returns the script as `{ path, contents }`, and the plugin by which the program runs it
 */
export async function quickCommand(settings) {
  const { outputFiles } = await build({
    ...settings,
    entryPoints: [join(root, 'src/cli/run-process.ts')],
    outfile: join(root, 'dist/scripts/script.js'),
    format: 'cjs',
    bundle: true,
    write: false,
    legalComments: 'none',
    plugins: [otherCommandsLeftOut],
  })
  const contents = `(function(exports,require,module){${outputFiles[0].text}\n})`
  const name = `${command}-${createHash('sha256').update(contents).digest('hex').slice(0, 8)}`
  return { file: { path: join(root, 'dist/scripts', `${name}.js`), contents }, plugin: choice(name) }
}

/** The table of commands loads a command when it is called, and in here only one ever is. */
const otherCommandsLeftOut = {
  name: 'other-commands-left-out',
  setup(bundle) {
    bundle.onResolve({ filter: /^\.\// }, ({ path, kind, importer }) => {
      const fromTable = kind === 'dynamic-import' && /\/src\/cli\/(?:run-)?commands\.ts$/.test(importer)
      return fromTable && path !== `./${command}.ts` ? { path, namespace: 'left-out' } : undefined
    })
    bundle.onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'export {}' }))
  },
}

/** Puts the choice between the script and the modules where main.ts loads `run-process.ts`. */
function choice(name) {
  const contents = `
    import { loadScript } from './load-script.ts'
    export async function runProcess(words) {
      const program = words[0] === '${command}' ? loadScript('${name}') : await import('../../src/cli/run-process.ts')
      await program.runProcess(words)
    }`
  return {
    name: 'quick-command',
    setup(bundle) {
      bundle.onResolve({ filter: /^\.\/run-process\.ts$/ }, ({ kind, importer }) =>
        kind === 'dynamic-import' && importer.endsWith('/src/cli/main.ts')
          ? { path: name, namespace: 'quick-command' }
          : undefined,
      )
      bundle.onLoad({ filter: /./, namespace: 'quick-command' }, () => ({ contents, resolveDir: here, loader: 'js' }))
    },
  }
}
