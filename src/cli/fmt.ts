import { type CommandRun, exitCodes } from './command.ts'
import { note, say } from './io.ts'

/** `rollbook fmt [FILES OR FOLDERS]`: the usual form, with comments and meaning kept. */
export const fmt: CommandRun = async (call, io) => {
  const { formatFiles } = await import('../app/format-files.ts')
  const paths = call.positionals.length > 0 ? call.positionals : ['.']
  const check = call.flag('check')
  const { changed, broken } = await formatFiles({ paths, cwd: io.cwd, write: !check })
  for (const path of changed)
    say(io, check ? `${path} is not in the usual form` : `${path} was brought into the usual form`)
  for (const path of broken)
    note(io, `${path} is no well-formed YAML, and stays as it is; "rollbook validate" tells where`)
  return broken.length > 0 || (check && changed.length > 0) ? exitCodes.findings : exitCodes.clean
}
