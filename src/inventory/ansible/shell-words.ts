/**
 * Splits a line as a POSIX shell would: blanks separate, quotes and backslashes protect.
 *
 * @param comments - a `#` at the start of a word ends the line
 * @returns the words with the offset of each, or `undefined` when a quote never ends
 */
export function shellWords(
  line: string,
  comments = false,
): readonly { readonly text: string; readonly start: number }[] | undefined {
  const words: { text: string; start: number }[] = []
  let index = 0
  while (index < line.length) {
    if (/\s/.test(line[index]!)) {
      index += 1
      continue
    }
    if (comments && line[index] === '#') break
    const start = index
    let text = ''
    while (index < line.length && !/\s/.test(line[index]!)) {
      const char = line[index]!
      if (comments && char === '#') return [...words, { text, start }]
      if (char === "'" || char === '"') {
        const end = quotedEnd(line, index)
        if (end === undefined) return undefined
        const inside = line.slice(index + 1, end)
        text += char === '"' ? inside.replace(/\\(["\\$`])/g, '$1') : inside
        index = end + 1
      } else if (char === '\\' && index + 1 < line.length) {
        text += line[index + 1]
        index += 2
      } else {
        text += char
        index += 1
      }
    }
    words.push({ text, start })
  }
  return words
}

function quotedEnd(line: string, start: number): number | undefined {
  const quote = line[start]!
  for (let index = start + 1; index < line.length; index += 1) {
    if (line[index] === '\\' && quote === '"') index += 1
    else if (line[index] === quote) return index
  }
  return undefined
}
