import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar } from 'yaml'
import type { Json } from '../base/json.ts'
import { sourceLimits } from './limits.ts'
import type { SyntaxFinding } from './syntax-finding.ts'
import type { ListNode, MapEntry, MapNode, OffsetRange, ScalarNode, ScalarStyle, SourceNode } from './tree.ts'

/** Turns the library's nodes into our tree and collects what the language does not allow. */
export function buildTree(
  document: Document.Parsed,
  text: string,
): { readonly root: SourceNode | undefined; readonly findings: readonly SyntaxFinding[] } {
  const builder = makeBuilder(text)
  const contents = document.contents as Node | null
  const root = contents === null ? undefined : builder.build(contents, { start: 0, end: 0 })
  return { root, findings: builder.findings }
}

interface Builder {
  readonly findings: SyntaxFinding[]
  /** @param owner - where to point at when nothing was written */
  build(node: Node, owner: OffsetRange): SourceNode
}

function makeBuilder(text: string): Builder {
  const findings: SyntaxFinding[] = []
  const anchors = new Map<string, SourceNode>()
  const open = new Set<string>()
  const sizes = new Map<SourceNode, number>()
  let aliases = 0
  let tooMany = false

  const build = (node: Node, owner: OffsetRange): SourceNode => {
    const range = rangeOf(node, owner)
    if (isAlias(node)) return resolveAlias(node.source, range)
    const anchor = (node as { anchor?: string }).anchor
    if (anchor !== undefined) open.add(anchor)
    refuseTag(node, range)
    const built = isMap(node)
      ? buildMap(node.items as Pair<Node, Node | null>[], range, node.flow === true)
      : isSeq(node)
        ? buildList(node.items as Node[], range, node.flow === true)
        : buildScalar(node as Scalar, range)
    if (anchor !== undefined) {
      open.delete(anchor)
      anchors.set(anchor, built)
    }
    return built
  }

  const buildMap = (pairs: readonly Pair<Node, Node | null>[], range: OffsetRange, flow: boolean): MapNode => {
    const byKey = new Map<string, MapEntry>()
    const value: Record<string, Json> = {}
    let size = 1
    for (const pair of pairs) {
      const key = readKey(pair.key, range)
      if (key === undefined) continue
      const node = pair.value === null ? missing(key.range) : build(pair.value, key.range)
      size += sizeOf(node)
      const first = byKey.get(key.text)
      if (first) {
        findings.push({
          code: 'KEY_DUPLICATE',
          range: key.range,
          words: { key: key.text },
          related: { message: 'first written here', range: first.key.range },
        })
        continue
      }
      byKey.set(key.text, { key, node })
      // A plain assignment of "__proto__" would set the prototype.
      Object.defineProperty(value, key.text, {
        value: node.value,
        enumerable: true,
        configurable: true,
        writable: true,
      })
    }
    return remember({ kind: 'map', range, value, entries: [...byKey.values()], byKey, flow }, size)
  }

  const buildList = (nodes: readonly Node[], range: OffsetRange, flow: boolean): ListNode => {
    const items = nodes.map((node) => build(node, range))
    const size = items.reduce((sum, item) => sum + sizeOf(item), 1)
    return remember({ kind: 'list', range, value: items.map((item) => item.value), items, flow }, size)
  }

  const buildScalar = (node: Scalar, range: OffsetRange): ScalarNode => {
    const { value } = node
    const style = styles[node.type ?? 'PLAIN'] ?? 'plain'
    const isMissing = value === null && node.range != null && node.range[0] === node.range[1]
    if (
      typeof value === 'number' &&
      !(Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)))
    ) {
      findings.push({ code: 'YAML_NUMBER', range, words: { text: (node.source ?? '').slice(0, 40) } })
      return { kind: 'scalar', range, value: 0, style, missing: false }
    }
    const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
    return { kind: 'scalar', range, value: plain, style, missing: isMissing }
  }

  const readKey = (node: Node | null, owner: OffsetRange): MapEntry['key'] | undefined => {
    const range = node === null ? { start: owner.start, end: owner.start } : rangeOf(node, owner)
    const written = text.slice(range.start, range.end)
    if (node !== null && isScalar(node) && node.value !== null) {
      refuseTag(node, range)
      const keyText = typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
      if (keyText === '<<' && node.type === 'PLAIN') {
        findings.push({ code: 'YAML_MERGE_KEY', range, words: {} })
        return undefined
      }
      return { text: keyText, range }
    }
    findings.push({ code: 'YAML_KEY', range, words: { braces: written.startsWith('{') ? 'yes' : '' } })
    return undefined
  }

  const resolveAlias = (name: string, range: OffsetRange): SourceNode => {
    aliases += 1
    const target = anchors.get(name)
    if (open.has(name)) findings.push({ code: 'YAML_ALIAS_CIRCULAR', range, words: { name } })
    else if (target === undefined) findings.push({ code: 'YAML_ALIAS_UNKNOWN', range, words: { name } })
    else if (aliases <= sourceLimits.aliasesMax && sizeOf(target) <= sourceLimits.expandedNodesMax) return target
    else refuseMore(range)
    return missing(range)
  }

  const refuseMore = (range: OffsetRange): void => {
    if (!tooMany)
      findings.push({ code: 'YAML_ALIASES_TOO_MANY', range, words: { limit: String(sourceLimits.aliasesMax) } })
    tooMany = true
  }

  const refuseTag = (node: Node, range: OffsetRange): void => {
    const tag = (node as { tag?: string }).tag
    if (tag === undefined || tag.startsWith('tag:yaml.org,2002:')) {
      const known = tag === undefined || coreTags.has(tag)
      if (known) return
    }
    findings.push({ code: 'YAML_TAG', range, words: { tag: tag ?? '' } })
  }

  const sizeOf = (node: SourceNode): number => sizes.get(node) ?? 1
  const remember = <T extends SourceNode>(node: T, size: number): T => {
    if (size > sourceLimits.expandedNodesMax && aliases > 0) refuseMore(node.range)
    // Past the limit the exact number says nothing, and sums of sums would lose their last digits.
    sizes.set(node, Math.min(size, Number.MAX_SAFE_INTEGER / 1024))
    return node
  }
  return { findings, build }
}

const coreTags = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
)

const styles: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single_quoted',
  QUOTE_DOUBLE: 'double_quoted',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
}

function rangeOf(node: Node, owner: OffsetRange): OffsetRange {
  const range = node.range
  if (!range || range[0] === range[1]) return { ...owner }
  return { start: range[0], end: range[1] }
}

/** No two nodes share a range, so that moving one moves it once. */
function missing(range: OffsetRange): ScalarNode {
  return { kind: 'scalar', range: { ...range }, value: null, style: 'plain', missing: true }
}
