import { type CommandRun, type ExitCode, exitCodes } from './command.ts'
import { note } from './io.ts'

/** `rollbook lsp`: help for editors, over standard input and output. */
export const lsp: CommandRun = async (_call, io): Promise<ExitCode> => {
  // Whoever types it would look at nothing for ever.
  if (io.interactive) {
    note(io, 'An editor starts this command and speaks the Language Server Protocol with it; Ctrl-C ends it.')
    note(io, 'How editors are set up stands in docs/guides/set-up-an-editor.md.')
  }
  const { serveLanguage } = await import('../lsp/server.ts')
  await serveLanguage(io.stdin, io.stdout, io.cwd)
  return exitCodes.clean
}
