const debian = /^(?:(\d+):)?(\d[0-9A-Za-z.+~-]*?)(?:-([0-9A-Za-z.+~]+))?$/

/** Orders Debian package versions; undefined when one of them is none. */
export function compareDebian(a: string, b: string): number | undefined {
  const left = debian.exec(a)
  const right = debian.exec(b)
  if (!left || !right) return undefined
  return (
    compareDigits(left[1] ?? '0', right[1] ?? '0') ||
    comparePart(left[2]!, right[2]!) ||
    comparePart(left[3] ?? '0', right[3] ?? '0')
  )
}

/** Text and numbers by turns: letters before other signs, `~` before even the end, numbers by value. */
function comparePart(left: string, right: string): number {
  let [a, b] = [left, right]
  while (a !== '' || b !== '') {
    const [aText, bText] = [/^\D*/.exec(a)![0], /^\D*/.exec(b)![0]]
    for (let index = 0; index < Math.max(aText.length, bText.length); index += 1) {
      const order = weight(aText[index]) - weight(bText[index])
      if (order !== 0) return order
    }
    a = a.slice(aText.length)
    b = b.slice(bText.length)
    const [aNumber, bNumber] = [/^\d*/.exec(a)![0], /^\d*/.exec(b)![0]]
    const order = compareDigits(aNumber, bNumber)
    if (order !== 0) return order
    a = a.slice(aNumber.length)
    b = b.slice(bNumber.length)
  }
  return 0
}

/** Of any length, without losing precision. */
function compareDigits(left: string, right: string): number {
  const a = left.replace(/^0+/, '')
  const b = right.replace(/^0+/, '')
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

function weight(char: string | undefined): number {
  if (char === '~') return -1
  if (char === undefined) return 0
  return /[A-Za-z]/.test(char) ? char.charCodeAt(0) : char.charCodeAt(0) + 256
}
