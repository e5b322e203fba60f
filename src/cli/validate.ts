import type { FindingFormat } from '../app/render-findings.ts'
import { type CommandRun, exitCodes } from './command.ts'
import { makeStyle } from './style.ts'

/** `rollbook validate [FILES OR FOLDERS]`: what is wrong in runbooks, inventories and scenarios. */
export const validate: CommandRun = async (call, io) => {
  const { checkFiles } = await import('../app/check-files.ts')
  const { renderFindings } = await import('../app/render-findings.ts')
  const paths = call.positionals.length > 0 ? call.positionals : ['.']
  const checked = await checkFiles({ paths, inventory: call.text('inventory'), cwd: io.cwd })
  const format = (call.flag('json') ? 'json' : (call.text('format') ?? 'pretty')) as FindingFormat
  io.stdout.write(renderFindings(checked, format, { paint: makeStyle(io.colour), columns: io.columns }))
  const failing = call.flag('strict') ? ['error', 'warning'] : ['error']
  const failed = checked.diagnostics.some((diagnostic) => failing.includes(diagnostic.severity))
  return failed ? exitCodes.findings : exitCodes.clean
}
