import { ActionFailure } from '../../ports/executor.ts'

/** Characters that no POSIX shell gives a meaning, wherever they stand in a word. */
const plainWord = /^[A-Za-z0-9_@+:,./-]+$/

/** Words that mean something where a command starts. */
const reservedWords: ReadonlySet<string> = new Set(
  'if then else elif fi do done case esac while until for in function select time coproc'.split(' '),
)

/**
 * Quotes one word so that a POSIX shell reads exactly the same text back, whatever it holds.
 *
 * @throws ActionFailure `process` when the text holds a NUL character, which no argument can carry
 */
export function quoteWord(text: string): string {
  if (text.includes('\0')) {
    throw new ActionFailure('process', 'an argument for a remote command holds a NUL character', {
      advice: 'Send such data by standard input or as a file.',
    })
  }
  if (plainWord.test(text) && !reservedWords.has(text)) return text
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** Quotes a whole argument list; the shell sees one simple command. */
export function quoteWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ')
}
