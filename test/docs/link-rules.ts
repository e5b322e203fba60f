import { posix } from 'node:path'
import type { SourceFile } from '../support/source-files.ts'

/** Sentences about links between our own pages that lead nowhere: to no file, or to no heading of it. */
export function linkProblems(pages: readonly SourceFile[], exists: (path: string) => boolean): readonly string[] {
  const anchors = new Map(pages.map((page) => [page.path, anchorsOf(page.text)]))
  return pages.flatMap((page) =>
    linksOf(page.text).flatMap(({ line, to }) => {
      if (/^[a-z][a-z+.-]*:/i.test(to)) return []
      const [path = '', anchor] = to.split('#')
      const target = path === '' ? page.path : posix.normalize(posix.join(posix.dirname(page.path), decodeURI(path)))
      if (!exists(target)) return [`${page.path}:${line}: "${to}" leads to no file`]
      const known = anchors.get(target)
      if (anchor === undefined || known === undefined || known.has(anchor)) return []
      return [`${page.path}:${line}: "${to}" leads to no heading of ${target}`]
    }),
  )
}

/** Links, pictures and references outside of code. */
function linksOf(text: string): readonly { readonly line: number; readonly to: string }[] {
  const pattern = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)|^\[[^\]]+\]:\s*(\S+)|(?:src|href)="([^"]+)"/gm
  return withoutCode(text)
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(pattern)].map((match) => ({ line: index + 1, to: match[1] ?? match[2] ?? match[3] ?? '' })),
    )
}

function withoutCode(text: string): string {
  return text.replace(/^(```+|~~~+)[\s\S]*?^\1/gm, (block) => block.replace(/[^\n]/g, '')).replace(/`[^`\n]*`/g, '')
}

/** What a heading is called in a link: small letters, blanks as dashes, a number for the second of the same name. */
function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>()
  const blocks = text.replace(/^(```+|~~~+)[\s\S]*?^\1/gm, '')
  for (const [, heading = ''] of blocks.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-')
    seen.set(slug, (seen.get(slug) ?? 0) + 1)
  }
  const ids = [...blocks.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id = '']) => id)
  const repeated = [...seen].flatMap(([slug, count]) =>
    Array.from({ length: count }, (_, n) => (n === 0 ? slug : `${slug}-${n}`)),
  )
  return new Set([...repeated, ...ids])
}
