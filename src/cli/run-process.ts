import { makeNodeIo } from './node-io.ts'
import { runCli } from './run-cli.ts'

/**
 * Runs the command line of this process and ends it with the right exit code once everything is written.
 * A reader that goes away (`rollbook … | head`) is not an error.
 */
export async function runProcess(words: readonly string[]): Promise<void> {
  let exitCode: number | undefined
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      process.exit(exitCode ?? 0)
    })
  }
  exitCode = await runCli(words, makeNodeIo())
  process.exitCode = exitCode
  await Promise.all([flushed(process.stdout), flushed(process.stderr)])
  process.exit(exitCode)
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve())
  })
}
