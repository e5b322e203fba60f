/**
 * The colours of a runbook, tokenised as the editor does it. The grammar of YAML itself is the editor's and not here; a
 * small one stands for it, with its nested scopes. With the real one the harness of editors/harness looks at the colours.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { beforeAll, expect, test } from 'vitest'
import oniguruma from 'vscode-oniguruma'
import textmate from 'vscode-textmate'

const yaml = {
  scopeName: 'source.yaml',
  patterns: [{ include: '#value' }],
  repository: {
    value: {
      patterns: [
        { name: 'comment.line.number-sign.yaml', match: '(?:^|(?<=\\s))#.*$' },
        { name: 'meta.flow-mapping.yaml', begin: '\\{', end: '\\}', patterns: [{ include: '#value' }] },
        { name: 'string.quoted.double.yaml', begin: '"', end: '"' },
        { name: 'string.quoted.single.yaml', begin: "'", end: "'" },
        { match: '([\\w-]+)(:)(?=\\s|$)', captures: { 1: { name: 'entity.name.tag.yaml' } } },
        {
          name: 'string.unquoted.plain.out.yaml',
          begin: '(?=[^\\s{}\\[\\],:#"\'-])',
          end: '(?=\\s*$|\\s+#|[,}\\]]|:(?:\\s|$))',
        },
      ],
    },
  },
}

let grammar: textmate.IGrammar

beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm')
  await oniguruma.loadWASM(readFileSync(wasm).buffer as ArrayBuffer)
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (name) => {
      if (name === 'source.yaml') return textmate.parseRawGrammar(JSON.stringify(yaml), 'yaml.json')
      const file = { 'source.rollbook': 'rollbook', 'expression.rollbook': 'expression' }[name]
      if (file === undefined) return null
      return textmate.parseRawGrammar(
        readFileSync(`editors/vscode/syntaxes/${file}.tmLanguage.json`, 'utf8'),
        `${file}.json`,
      )
    },
    getInjections: (name) => (name === 'source.rollbook' ? ['expression.rollbook'] : []),
  })
  grammar = (await registry.loadGrammar('source.rollbook'))!
})

/** Innermost scope of each part of a line. */
function scopes(line: string): readonly (readonly [string, string])[] {
  return grammar
    .tokenizeLine(line, textmate.INITIAL)
    .tokens.map(
      ({ startIndex, endIndex, scopes: all }) => [line.slice(startIndex, endIndex), all.at(-1) ?? ''] as const,
    )
}

function scopeOf(line: string, part: string): string {
  return scopes(line).find(([text]) => text === part)?.[1] ?? '(no part of its own)'
}

test.each<[string, string, string]>([
  ['to: "${{ inputs.release }}"', '${{', 'punctuation.section.embedded.begin.string.rollbook'],
  ['to: "${{ inputs.release }}"', 'inputs', 'variable.other.readwrite.cel'],
  ['to: "${{ inputs.release }}"', 'release', 'variable.other.property.cel'],
  ['to: "${{ inputs.release }}"', '}}', 'punctuation.section.embedded.end.string.rollbook'],
  ['  title: Tell ${{ steps.drain-node.ok }} now', 'drain-node', 'variable.other.property.cel'],
  ['text: "${{ size(targets) > 3 }}"', 'size', 'entity.name.function.cel'],
  ['text: "${{ size(targets) > 3 }}"', '3', 'constant.numeric.cel'],
  ['- {id: a, "with": {x: "${{ a.b }}"}}', 'b', 'variable.other.property.cel'],
  ['when: steps.look.outcome == "failed" # why', '"failed"', 'string.quoted.double.cel'],
  ['when: steps.look.outcome == "failed" # why', '==', 'keyword.operator.cel'],
  ['when: steps.look.outcome == "failed" # why', '# why', 'comment.line.number-sign.yaml'],
  ['when: steps.look.outcome == "failed" # why', 'when', 'entity.name.tag.yaml'],
  ['- {id: a, select: target.member != "secondary", stagger: 5m}', 'member', 'variable.other.property.cel'],
  ['- {id: a, select: target.member != "secondary", stagger: 5m}', 'stagger', 'entity.name.tag.yaml'],
  ['- {id: a, select: target.member != "secondary"}', '}', 'meta.flow-mapping.yaml'],
  ['select: \'target.kind == "node"\'', "'", 'string.quoted.single.yaml'],
  ['# ${{ inputs.release }}', '# ${{ inputs.release }}', 'comment.line.number-sign.yaml'],
  ['whenever: it.rains', 'whenever', 'entity.name.tag.yaml'],
])('%s: %s', (line, part, scope) => {
  expect(scopeOf(line, part)).toBe(scope)
})

test('what is no expression is coloured as YAML', () => {
  expect(scopes('title: A night')).toEqual(
    scopes('title: A night').filter(([, scope]) => /yaml$|^source\.rollbook$/.test(scope)),
  )
  expect(scopeOf('whenever: it.rains', 'it.rains')).toBe('string.unquoted.plain.out.yaml')
})
