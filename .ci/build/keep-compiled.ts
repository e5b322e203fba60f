/** Runs a script once with the words of a command line, and keeps what the engine compiled for it. Called by the build. */
import { loadScript } from './load-script.ts'

const [name = '', ...words] = process.argv.slice(2)
const program = loadScript(name, true) as typeof import('../../src/cli/run-process.ts')
await program.runProcess(words)
