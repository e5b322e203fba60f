export interface ShellBlock {
  /** Line of the first command, from 1. */
  readonly line: number
  /** Words after the language: `run` means that it can be run as it stands, `emulator` that a cluster must be there, `account` a Cato account. */
  readonly marks: readonly string[]
  readonly text: string
}

/** Every block of shell commands on a page. */
export function shellBlocks(page: string): readonly ShellBlock[] {
  return [...page.matchAll(/^```sh([^\n]*)\n([\s\S]*?)^```/gm)].map((match) => ({
    line: page.slice(0, match.index).split('\n').length + 1,
    marks: (match[1] ?? '').split(' ').filter((mark) => mark !== ''),
    text: match[2] ?? '',
  }))
}

/** The words after `rollbook` of each call in a block, its continued lines joined, without redirections and what follows a pipe. */
export function rollbookCalls(block: ShellBlock): readonly (readonly string[])[] {
  return block.text
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .flatMap((line) => {
      const call = /(?:^|\s)rollbook\s+([^|><&;]*)/.exec(line.replace(/#.*$/, ''))?.[1]
      return call === undefined ? [] : [wordsOf(call)]
    })
}

/** Words as the shell takes them; a quoted one may hold blanks. */
function wordsOf(call: string): readonly string[] {
  return [...call.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}
