import { type CommandRun, type ExitCode, exitCodes } from './command.ts'

/** `rollbook lsp`: help for editors, over standard input and output. */
export const lsp: CommandRun = async (_call, io): Promise<ExitCode> => {
  const { serveLanguage } = await import('../lsp/server.ts')
  await serveLanguage(io.stdin, io.stdout, io.cwd)
  return exitCodes.clean
}
