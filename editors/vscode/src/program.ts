/** Which `rollbook` answers: the one inside the extension, that of the folder, or one that somebody names. */
import { isAbsolute, join } from 'node:path'

/** How the program is started; the words of a command follow `args`. */
export interface Program {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/**
 * @param setting - `rollbook.program`: `bundled`, `workspace`, or a path, which counts from the folder
 * @param folder - folder that is open, if any
 * @param extension - folder of the extension
 * @param runtime - the program that runs the editor's extensions, which can run any JavaScript
 */
export function programFor(
  setting: string,
  folder: string | undefined,
  extension: string,
  runtime: string = process.execPath,
): Program {
  const script = (path: string): Program => ({
    command: runtime,
    args: [path],
    // Where the editor is a desktop program, this makes it behave as Node; Node itself does not mind.
    env: { ELECTRON_RUN_AS_NODE: '1' },
  })
  if (setting === '' || setting === 'bundled') return script(join(extension, 'server/dist/rollbook.mjs'))
  const from = folder ?? extension
  if (setting === 'workspace') return script(join(from, 'node_modules/rollbook/dist/rollbook.mjs'))
  const path = isAbsolute(setting) || !/[\\/]/.test(setting) ? setting : join(from, setting)
  return /\.[cm]?js$/.test(path) ? script(path) : { command: path, args: [], env: {} }
}
