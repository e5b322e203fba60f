import fc from 'fast-check'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import { describe, expect, test } from 'vitest'
import { codeSpanMarkdown, escapeCssString, escapeHtml, escapeMarkdown, fenceMarkdown } from '../../src/book/escape.ts'
import { proseHtml } from '../../src/book/prose-html.ts'
import { proseMarkdown } from '../../src/book/prose-markdown.ts'
import { hostileText } from './hostile-text.ts'

/** As GitHub reads it, and with HTML let through, so that an injection would be seen. */
function readMarkdown(text: string): string {
  return micromark(text, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
  })
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#96': '`',
  '#61': '=',
}

/** What a reader sees of HTML without any tag. */
function seen(html: string): string {
  return html.replaceAll(/&([a-z]+|#\d+);/g, (whole, name: string) => entities[name] ?? whole)
}

/** What must be seen: control characters and marks of direction replaced, white space folded. */
function folded(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
      '\ufffd',
    )
    .replaceAll(/\p{Surrogate}/gu, '\ufffd')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

const tagsOf = (html: string): readonly string[] =>
  [...html.matchAll(/<\/?([a-zA-Z!][\w-]*)/g)].map((match) => match[1]!)

describe('text in Markdown', () => {
  test('a paragraph shows exactly the text and nothing else, whatever the text is', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const wanted = folded(text)
        fc.pre(wanted !== '')
        const html = readMarkdown(escapeMarkdown(text)).trim()
        expect(tagsOf(html)).toEqual(['p', 'p'])
        expect(seen(html.slice('<p>'.length, -'</p>'.length))).toBe(wanted)
      }),
      { numRuns: 800 },
    )
  })

  test('a table keeps its cells, whatever stands in them', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (left, right) => {
        const html = readMarkdown(`| a | b |\n| --- | --- |\n| ${escapeMarkdown(left)} | ${escapeMarkdown(right)} |\n`)
        const cells = [...html.matchAll(/<td>(.*?)<\/td>/gs)].map((match) => seen(match[1]!))
        expect(cells).toEqual([folded(left), folded(right)])
        expect(html).not.toMatch(/<(?!\/?(?:table|thead|tbody|tr|th|td)>)/)
      }),
      { numRuns: 400 },
    )
  })

  test('two texts after a mark in one line stay text', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (a, b) => {
        const html = readMarkdown(`- [ ] x${escapeMarkdown(a)} **y${escapeMarkdown(b)}z**`)
        expect(html).not.toMatch(/<(?:a|img|em|code|script|del)\b/)
      }),
      { numRuns: 400 },
    )
  })

  test('a fence cannot be closed from inside, and the command is the one that was meant', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const html = readMarkdown(`${fenceMarkdown(text)}\n\nafter`)
        expect(tagsOf(html)).toEqual(['pre', 'code', 'code', 'pre', 'p', 'p'])
      }),
      { numRuns: 400 },
    )
    const html = readMarkdown(fenceMarkdown('echo "```"\n  ````'))
    expect(seen(html)).toBe('<pre><code>echo "```"\n  ````\n</code></pre>')
  })

  test('a code span stays one in a table cell', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        fc.pre(folded(text) !== '')
        const html = readMarkdown(`| a | b |\n| --- | --- |\n| ${codeSpanMarkdown(text)} | end |\n`)
        const cells = [...html.matchAll(/<td>(.*?)<\/td>/gs)].map((match) => match[1]!)
        expect(cells).toHaveLength(2)
        expect(seen(cells[0]!.replace(/^<code>/, '').replace(/<\/code>$/, '')).trim()).toBe(folded(text))
      }),
      { numRuns: 400 },
    )
  })

  test.each([
    ['[click](http://evil.example)', '\\[click\\](http\\://evil.example)'],
    ['<b>&amp;', '&lt;b&gt;&amp;amp;'],
    ['a | b', 'a &#124; b'],
    ['snake_case_name and _this_', 'snake_case_name and \\_this\\_'],
    ['- not a list', '\\- not a list'],
    ['3. not a list', '3\\. not a list'],
    ['3.6.1', '3.6.1'],
    ['core-1', 'core-1'],
    ['Zürich 📣 ✓', 'Zürich 📣 ✓'],
    ['line\nbreak', 'line break'],
  ])('%j is written as %j', (text, wanted) => {
    expect(escapeMarkdown(text)).toBe(wanted)
  })
})

describe('the author’s Markdown', () => {
  const allowed = /^(?:p|strong|em|code|pre|ul|ol|li|br|span|input)$/

  test('has no live HTML, image or link, in either format', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        for (const html of [proseHtml(text), readMarkdown(proseMarkdown(text))]) {
          for (const tag of tagsOf(html)) expect(tag).toMatch(allowed)
          expect(html).not.toMatch(/<[^>]*\s(?:href|src|on\w+|style)\s*=/i)
        }
      }),
      { numRuns: 800 },
    )
  })

  test('keeps paragraphs, lists, tasks, code and emphasis', () => {
    const text =
      '# Head\n\nFirst **bold** and *soft* `code`.\n\n- one\n   1. deep\n- [ ] open\n- [x] done\n\n```\nx | y <z>\n```\n'
    expect(proseMarkdown(text)).toBe(
      '**Head**\n\nFirst **bold** and *soft* `code`.\n\n- one\n   1. deep\n- [ ] open\n- [x] done\n\n```\nx | y <z>\n```',
    )
    expect(proseHtml(text)).toContain('<p>First <strong>bold</strong> and <em>soft</em> <code>code</code>.</p>')
    expect(proseHtml(text)).toContain('<code>x | y &lt;z&gt;</code>')
  })

  test('shows a link as the text that was written', () => {
    expect(proseHtml('[guide](https://vendor.example/x)')).toBe('<p>[guide](https://vendor.example/x)</p>')
  })
})

describe('text in HTML and style sheets', () => {
  test('no markup comes out of data', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"'`]/)
        expect(escapeCssString(text)).not.toMatch(/["'<>{};\n\r]/)
        expect(escapeCssString(text).replaceAll(/\\[0-9a-f]{6} /g, '')).not.toContain('\\')
      }),
      { numRuns: 400 },
    )
  })

  test('marks that reorder a line are shown, so that a command is what it looks like', () => {
    expect(escapeHtml('rm \u202etxt.exe')).toBe('rm \ufffdtxt.exe')
    expect(fenceMarkdown('a\u2066b')).toBe('```\na\ufffdb\n```')
  })
})
