/**
 * Lays a view out. Escaping does not depend on what a template says:
 * 1. In HTML the template engine escapes every text, and a template that switches that off is refused.
 * 2. In Markdown, where the engine knows no escaping, every text of the view is escaped before the template sees it.
 * 3. Code, prose, links and pictures are made by us, from data, and arrive as finished pieces.
 * A template can only choose and repeat: no helper but the engine's `if`, `unless`, `each` and `with` exists.
 */
import Handlebars from 'handlebars'
import { RollbookError } from '../base/error.ts'
import { escapeMarkdown, visibleText } from './escape.ts'
import { contentHtml } from './lay-html.ts'
import { contentMarkdown } from './lay-markdown.ts'
import { isContent } from './view.ts'

export type DocumentFormat = 'html' | 'md'

/** Text of a template by name: `recipe-book.html`. A name is also the name by which others include it. */
export type Templates = Readonly<Record<string, string>>

export interface Renderer {
  /** @throws RollbookError `TEMPLATE_MISSING`, `TEMPLATE_INVALID`, `TEMPLATE_UNESCAPED` */
  render(template: string, format: DocumentFormat, view: object): string
}

const helpers = ['if', 'unless', 'each', 'with'] as const
const refusedHelpers = ['log', 'lookup'] as const

/**
 * @param options.templates - later ones may replace earlier ones of the same name before they come here
 */
export function makeRenderer(options: { readonly templates: Templates }): Renderer {
  const { templates } = options
  const compiled = new Map<string, (view: unknown) => string>()
  return {
    render(template, format, view) {
      const name = `${template}.${format}`
      let run = compiled.get(name)
      if (run === undefined) {
        run = compileTemplate(templates, name, format)
        compiled.set(name, run)
      }
      try {
        return tidy(run(layOut(view, format)), format)
      } catch (cause) {
        throw invalid(name, cause)
      }
    },
  }
}

function compileTemplate(templates: Templates, name: string, format: DocumentFormat): (view: unknown) => string {
  const text = templates[name]
  if (text === undefined) {
    throw new RollbookError('TEMPLATE_MISSING', `there is no template "${name}"`, {
      hint: `A folder of templates may hold ${Object.keys(templates).sort().join(', ')}.`,
    })
  }
  const engine = Handlebars.create()
  for (const helper of refusedHelpers) engine.unregisterHelper(helper)
  const settings = {
    strict: true,
    knownHelpersOnly: true,
    noEscape: format === 'md',
    preventIndent: true,
    knownHelpers: Object.fromEntries(helpers.map((helper) => [helper, true])),
  }
  for (const [partial, source] of Object.entries(templates)) {
    if (!partial.endsWith(`.${format}`) && !partial.endsWith('.css')) continue
    refuseUnescaped(engine, partial, source)
    engine.registerPartial(partial, engine.compile(source, settings))
  }
  return engine.compile(text, settings)
}

/** `{{{…}}}` and `{{&…}}` would print what we did not escape. */
function refuseUnescaped(engine: typeof Handlebars, name: string, source: string): void {
  try {
    const finder = new UnescapedFinder()
    finder.accept(engine.parse(source))
    if (finder.line === 0) return
    throw new RollbookError('TEMPLATE_UNESCAPED', `template "${name}", line ${finder.line}: unescaped output`, {
      hint: 'Write {{…}} with two braces: what is meant to be markup arrives as markup.',
    })
  } catch (cause) {
    throw invalid(name, cause)
  }
}

class UnescapedFinder extends Handlebars.Visitor {
  line = 0
  override MustacheStatement(statement: hbs.AST.MustacheStatement): void {
    if (!statement.escaped) this.line ||= statement.loc.start.line
    super.MustacheStatement(statement)
  }
}

function invalid(name: string, cause: unknown): RollbookError {
  if (cause instanceof RollbookError) return cause
  const reason = firstAndLastLine(cause instanceof Error ? cause.message : String(cause))
  return new RollbookError('TEMPLATE_INVALID', `template "${name}" cannot be laid out: ${reason}`, {
    hint: 'Compare it with the template of the same name that Rollbook ships.',
    cause,
  })
}

/** A syntax error comes as place, excerpt, arrow and what was expected; a message is one sentence. */
function firstAndLastLine(message: string): string {
  const lines = message.trim().split('\n')
  return lines.length === 1 ? message : `${lines[0]} ${lines.at(-1)}`
}

/** The view with every text made safe for its format. */
function layOut(value: unknown, format: DocumentFormat): unknown {
  if (typeof value === 'string') return format === 'md' ? escapeMarkdown(value) : visibleText(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: unknown) => layOut(item, format))
  if (isContent(value)) return format === 'md' ? contentMarkdown(value) : new Handlebars.SafeString(contentHtml(value))
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, layOut(member, format)]))
}

/** Sections that were left out leave no gaps. Blank lines inside fenced code stay. */
function tidy(text: string, format: DocumentFormat): string {
  if (format === 'html') return `${text.trim()}\n`
  const lines: string[] = []
  let fence = ''
  for (const line of text.split('\n')) {
    const mark = /^\s*(`{3,})/.exec(line)?.[1]
    if (fence === '' && line.trim() === '' && lines.at(-1) === '') continue
    if (mark !== undefined && fence === '') fence = mark
    else if (mark !== undefined && line.trim() === fence) fence = ''
    lines.push(fence === '' ? line.trimEnd() : line)
  }
  return `${lines.join('\n').trim()}\n`
}
