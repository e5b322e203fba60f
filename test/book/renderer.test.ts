import { describe, expect, test } from 'vitest'
import { makeRenderer } from '../../src/book/renderer.ts'
import { code, inlineCode, lines, prose, refs } from '../../src/book/view.ts'

const render = (templates: Record<string, string>, view: object, format: 'html' | 'md' = 'html'): string =>
  makeRenderer({ templates }).render('page', format, view)

describe('the renderer', () => {
  test('escapes every text in HTML and in Markdown', () => {
    expect(render({ 'page.html': '<p title="{{a}}">{{a}}</p>' }, { a: '"<b>' })).toBe(
      '<p title="&quot;&lt;b&gt;">&quot;&lt;b&gt;</p>\n',
    )
    expect(render({ 'page.md': '{{a}}' }, { a: '[x](y) *z*' }, 'md')).toBe('\\[x\\](y) \\*z\\*\n')
  })

  test('prints content as markup that it made itself', () => {
    const view = {
      c: code('a < b'),
      i: inlineCode('x|y'),
      p: prose('**b** <i>'),
      l: lines(['1<', '2']),
      r: refs([
        { label: '1.1', anchor: 'step-1.1' },
        { label: 'x', anchor: '' },
      ]),
    }
    const all = '{{c}}\n\n{{i}} {{l}} {{r}}\n\n{{p}}'
    expect(render({ 'page.html': all }, view)).toBe(
      '<pre tabindex="0"><code>a &lt; b</code></pre>\n\n<code>x|y</code> 1&lt;<br>2 <a href="#step-1.1">1.1</a>, x\n\n<p><strong>b</strong> &lt;i&gt;</p>\n',
    )
    expect(render({ 'page.md': all }, view, 'md')).toBe(
      '```\na < b\n```\n\n<code>x&#124;y</code> 1&lt;<br>2 1.1, x\n\n**b** &lt;i&gt;\n',
    )
  })

  test.each(['{{{a}}}', '{{&a}}', '{{#if a}}{{{a}}}{{/if}}'])(
    'refuses %s, which would switch escaping off',
    (template) => {
      for (const format of ['html', 'md'] as const)
        expect(() => render({ [`page.${format}`]: `line\n${template}` }, { a: 'x' }, format)).toThrow(
          expect.objectContaining({ code: 'TEMPLATE_UNESCAPED', message: expect.stringContaining('line 2') }),
        )
    },
  )

  test('refuses it in a template that is included, too', () => {
    expect(() => render({ 'page.html': '{{> "part.html"}}', 'part.html': '{{{a}}}' }, { a: '' })).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_UNESCAPED', message: expect.stringContaining('part.html') }),
    )
  })

  test.each([
    ['{{title}}', 'a name that the view does not have'],
    ['{{#if a}}', 'a block that is not closed'],
    ['{{shout a}}', 'a helper that does not exist'],
    ['{{log a}}', 'a helper that does more than lay out'],
    ['{{lookup this "a"}}', 'a helper that reaches anywhere'],
    ['{{> "other.html"}}', 'a template that does not exist'],
    ['{{constructor.name}}', 'what is not of the view itself'],
  ])('says which template is wrong: %s', (template) => {
    expect(() => render({ 'page.html': template }, { a: 'x' })).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_INVALID', message: expect.stringContaining('page.html') }),
    )
  })

  test('says which templates there are when one is missing', () => {
    expect(() => render({ 'other.html': '' }, {})).toThrow(expect.objectContaining({ code: 'TEMPLATE_MISSING' }))
  })

  test('keeps blank lines of commands in Markdown', () => {
    expect(render({ 'page.md': 'a\n\n\n\n{{c}}\n\n\n\nb' }, { c: code('x\n\n\ny') }, 'md')).toBe(
      'a\n\n```\nx\n\n\ny\n```\n\nb\n',
    )
  })
})
