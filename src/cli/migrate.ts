import { migrateFiles } from '../app/migrate-files.ts'
import { migrations } from '../migrations/index.ts'
import { type CommandRun, exitCodes } from './command.ts'
import { noteDiagnostics } from './diagnostic-lines.ts'
import { type CliIo, say } from './io.ts'
import { makeStyle } from './style.ts'
import { counted } from './terminal-text.ts'
import { wrapText } from './wrap.ts'

/** `rollbook migrate [FILES OR FOLDERS] [--check]`: brings files to the present form of the language. */
export const migrate: CommandRun = async (call, io) => {
  if (call.flag('list')) {
    list(io)
    return exitCodes.clean
  }
  const isCheck = call.flag('check')
  const paths = call.positionals.length > 0 ? call.positionals : ['.']
  const { files, looked, refused } = await migrateFiles({
    paths,
    cwd: io.cwd,
    write: !isCheck,
    only: call.list('only'),
  })
  noteDiagnostics(refused, io)
  if (call.flag('json')) say(io, JSON.stringify({ files, refused }, null, 2))
  else {
    const style = makeStyle(io.colour)
    for (const { path, changes } of files) {
      say(io, style.bold(path))
      for (const { line, words, migration } of changes) say(io, `  line ${line}: ${words} ${style.dim(migration)}`)
    }
    const what = isCheck ? 'would change' : 'changed'
    say(
      io,
      files.length === 0
        ? `nothing to migrate in ${counted(looked, 'file')}`
        : `${counted(files.length, 'file')} ${what}, ${looked - files.length} as they should be`,
    )
  }
  return refused.length > 0 || (isCheck && files.length > 0) ? exitCodes.findings : exitCodes.clean
}

function list(io: CliIo): void {
  const style = makeStyle(io.colour)
  for (const { id, from, describe } of migrations) {
    say(io, `${style.bold(id)}  ${from.replaceAll('`', '')}`)
    for (const line of wrapText(describe.replaceAll('`', ''), io.columns - 4)) say(io, `    ${style.dim(line)}`)
  }
}
