import { type CommandRun, exitCodes } from './command.ts'
import { say } from './io.ts'

/** `rollbook fmt [FILES OR FOLDERS]`: the usual form, with comments and meaning kept. */
export const fmt: CommandRun = async (call, io) => {
  const { formatFiles } = await import('../app/format-files.ts')
  const paths = call.positionals.length > 0 ? call.positionals : ['.']
  const check = call.flag('check')
  const changed = await formatFiles({ paths, cwd: io.cwd, write: !check })
  for (const path of changed)
    say(io, check ? `${path} is not in the usual form` : `${path} was brought into the usual form`)
  return check && changed.length > 0 ? exitCodes.findings : exitCodes.clean
}
