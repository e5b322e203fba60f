/** The last start command in the log of the Sentinel command line, as the vendor's recovery needs it. */
export interface LoggedCommand {
  /** Words of the command; the first is `bin/sentinel`. */
  readonly words: readonly [string, ...string[]]
  readonly version: string
}

/**
 * Finds the last line with `Running with command:` and reads its words. Only the shape that the vendor shows is taken
 * (`bin/sentinel upgrade <version> <addresses…> --skip-download`), because the words are about to be run.
 *
 * @returns undefined when there is no such line; `malformed` with the line when its shape is another one
 */
export function readSentinelLog(text: string): LoggedCommand | { readonly malformed: string } | undefined {
  const line = text.split('\n').findLast((entry) => /Sentinel::CLI\s*:\s*Running with command:/.test(entry))
  if (line === undefined) return undefined
  const command = line.replace(/^.*Running with command:\s*/, '').trim()
  const match =
    /^bin\/sentinel upgrade (\d+(?:\.\d+)+(?:[-+][0-9A-Za-z.-]+)?)((?: (?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:]+))+)((?: --[a-z-]+)*)$/i.exec(
      command,
    )
  if (!match) return { malformed: command }
  const [, version, addresses, options] = match
  const words = ['bin/sentinel', 'upgrade', version!, ...addresses!.trim().split(' '), ...options!.trim().split(' ')]
  return { words: words.filter((word) => word !== '') as [string, ...string[]], version: version! }
}
