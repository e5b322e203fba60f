import { spawn } from 'node:child_process'

/**
 * Hands the terminal to an interactive login; resolves when it has ended.
 *
 * @returns a sentence about how it ended
 */
export function openShell(argv: readonly [string, ...string[]]): Promise<string> {
  const [program, ...rest] = argv
  return new Promise((resolve) => {
    // Ctrl-C belongs to the shell while it has the terminal.
    const ignore = (): void => undefined
    process.on('SIGINT', ignore)
    const done = (text: string): void => {
      process.off('SIGINT', ignore)
      resolve(text)
    }
    const child = spawn(program, rest, { stdio: 'inherit' })
    child.on('error', (error) => done(`${program} could not be started: ${error.message}`))
    child.on('exit', (code, signal) =>
      done(code === 0 ? 'The shell has ended.' : `The shell has ended (${signal ?? `exit code ${code}`}).`),
    )
  })
}
