/** Looks at a finished HTML document the way a strict reader would. */

export interface HtmlTag {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

const tag = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*\/?>/g

/** All tags with their attributes; the text between them must hold no `<`. */
export function readTags(html: string): readonly HtmlTag[] {
  const body = html.replace(/^<!doctype html>/, '').replaceAll(/<style>([^<]*)<\/style>/g, '<style></style>')
  const rest = body.replaceAll(tag, '')
  const stray = rest.indexOf('<')
  if (stray >= 0) throw new Error(`markup that is no tag: ${rest.slice(stray, stray + 80)}`)
  return [...body.matchAll(tag)].map((match) => ({
    name: `${match[1]}${match[2]}`,
    attributes: Object.fromEntries(
      [...match[3]!.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)].map((attribute) => [attribute[1]!, attribute[2] ?? '']),
    ),
  }))
}

const voids = new Set(['meta', 'br'])
const selfClosing = new Set(['rect', 'path', 'circle'])

/** Sentences about everything that does not belong into a self-contained, well-formed document. */
export function htmlProblems(html: string): readonly string[] {
  const problems: string[] = []
  const tags = readTags(html)
  const open: string[] = []
  const ids = new Set<string>()
  for (const { name, attributes } of tags) {
    if (/^(?:script|iframe|object|embed|img|link|form|base)$/i.test(name)) problems.push(`element ${name}`)
    if (attributes['id'] !== undefined) {
      if (ids.has(attributes['id'])) problems.push(`id ${attributes['id']} stands twice`)
      ids.add(attributes['id'])
    }
    for (const key of Object.keys(attributes))
      if (/^(?:on|src|srcset|action|xlink)/i.test(key)) problems.push(`attribute ${key}`)
    if (name.startsWith('/')) {
      const last = open.pop()
      if (last !== name.slice(1)) problems.push(`${name} closes ${last}`)
    } else if (!voids.has(name) && !selfClosing.has(name)) open.push(name)
  }
  if (open.length > 0) problems.push(`not closed: ${open.join(', ')}`)
  for (const { attributes } of tags) {
    const { href } = attributes
    if (href !== undefined && !(href.startsWith('#') && ids.has(href.slice(1)))) problems.push(`link to ${href}`)
    for (const label of (attributes['aria-labelledby'] ?? '').split(' '))
      if (label !== '' && !ids.has(label)) problems.push(`label ${label} is missing`)
  }
  for (const style of html.matchAll(/<style>([^<]*)<\/style>/g))
    if (/@import|url\((?!#)/.test(style[1]!)) problems.push('a style sheet reaches outside')
  return problems
}
