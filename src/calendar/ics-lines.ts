/** One property of an iCalendar component (RFC 5545, section 3.1). Names and parameter names are in capitals. */
export interface IcsProperty {
  readonly name: string
  readonly parameters: ReadonlyMap<string, string>
  readonly value: string
  /** Of the file, from 1. */
  readonly line: number
}

export interface IcsComponent {
  readonly name: string
  readonly properties: readonly IcsProperty[]
  readonly line: number
}

export interface IcsText {
  /** VEVENT, VTIMEZONE and the like, also nested ones, in the order in which they begin. */
  readonly components: readonly IcsComponent[]
  readonly problems: readonly { readonly line: number; readonly message: string }[]
}

/** Cuts iCalendar text into components. Folded lines are joined; both kinds of line end are read. */
export function readIcsText(text: string): IcsText {
  const problems: { line: number; message: string }[] = []
  const components: { name: string; properties: IcsProperty[]; line: number }[] = []
  const open: (typeof components)[number][] = []
  for (const { text: content, line } of unfolded(text)) {
    const property = parseLine(content, line)
    if (property === undefined) {
      problems.push({ line, message: `"${content.slice(0, 40)}" is not a property` })
    } else if (property.name === 'BEGIN') {
      const component = { name: property.value.trim().toUpperCase(), properties: [], line }
      components.push(component)
      open.push(component)
    } else if (property.name === 'END') {
      const ended = open.pop()
      const name = property.value.trim().toUpperCase()
      if (ended?.name !== name) problems.push({ line, message: `END:${name} closes nothing that is open` })
    } else {
      open.at(-1)?.properties.push(property)
    }
  }
  const left = open.at(-1)
  if (left !== undefined) problems.push({ line: left.line, message: `${left.name} has no end: the file is cut off` })
  if (components[0]?.name !== 'VCALENDAR')
    problems.unshift({ line: 1, message: 'It does not begin with BEGIN:VCALENDAR' })
  return { components, problems }
}

/** Undoes the escapes of text values. */
export function unescapeText(value: string): string {
  return value.replace(/\\([\\;,nN])/g, (_, letter: string) => (letter.toLowerCase() === 'n' ? '\n' : letter))
}

function unfolded(text: string): readonly { text: string; line: number }[] {
  const lines: { text: string; line: number }[] = []
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const last = lines.at(-1)
    if (/^[ \t]/.test(raw) && last !== undefined) last.text += raw.slice(1)
    else if (raw !== '') lines.push({ text: raw, line: index + 1 })
  }
  return lines
}

function parseLine(content: string, line: number): IcsProperty | undefined {
  const head = /^([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):/.exec(content)
  if (head === null) return undefined
  const parameters = new Map<string, string>()
  for (const match of head[2]!.matchAll(/;([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:])*)/g)) {
    parameters.set(match[1]!.toUpperCase(), match[2]!.replaceAll('"', ''))
  }
  return { name: head[1]!.toUpperCase(), parameters, value: content.slice(head[0].length), line }
}
