/** Words on a terminal. Without colour every member gives its text unchanged. */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
  blue(text: string): string
  cyan(text: string): string
  underline(text: string): string
}

/** SGR numbers: what switches on and what switches off. */
const sequences = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  cyan: [36, 39],
  underline: [4, 24],
} as const satisfies Record<keyof Style, readonly [number, number]>

/** @param colour - `io.colour` for stdout, `io.errorColour` for stderr */
export function makeStyle(colour: boolean): Style {
  const paint =
    ([on, off]: readonly [number, number]) =>
    (text: string): string =>
      colour && text !== ''
        ? `\u001b[${on}m${text.replaceAll(`\u001b[${off}m`, `\u001b[${off}m\u001b[${on}m`)}\u001b[${off}m`
        : text
  return {
    bold: paint(sequences.bold),
    dim: paint(sequences.dim),
    red: paint(sequences.red),
    green: paint(sequences.green),
    yellow: paint(sequences.yellow),
    blue: paint(sequences.blue),
    cyan: paint(sequences.cyan),
    underline: paint(sequences.underline),
  }
}

/**
 * Whether a stream gets colours: NO_COLOR wins, then FORCE_COLOR, then what the stream is.
 *
 * @param env - `NO_COLOR` counts when it is not empty; `FORCE_COLOR` is off at `0` and `false`; `TERM=dumb` has none
 */
export function wantsColour(env: Readonly<Record<string, string | undefined>>, isTTY: boolean): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false'
  return isTTY && env['TERM'] !== 'dumb'
}
