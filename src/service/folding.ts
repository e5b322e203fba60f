import type { OffsetRange, SourceNode } from '../source/index.ts'
import type { Workspace } from './workspace.ts'

export interface Fold {
  /** Lines from 1. */
  readonly start: number
  readonly end: number
  readonly kind: 'part' | 'comment'
}

/** What can be folded: every key with more than one line below it, every item of a list, and comments of several lines. */
export function foldsIn(workspace: Workspace, path: string): readonly Fold[] {
  const document = workspace.read(path)
  if (!document) return []
  const { source } = document
  const folds: Fold[] = []
  const line = (offset: number): number => source.lines.position(offset).line
  const add = (from: number, range: OffsetRange): void => {
    const text = source.text.slice(range.start, range.end).trimEnd()
    const end = line(range.start + text.length)
    if (end > line(from)) folds.push({ start: line(from), end, kind: 'part' })
  }
  const walk = (node: SourceNode): void => {
    if (node.kind === 'map') {
      for (const entry of node.entries) {
        add(entry.key.range.start, entry.node.range)
        walk(entry.node)
      }
    } else if (node.kind === 'list') {
      for (const item of node.items) {
        if (item.kind !== 'scalar') add(item.range.start, item.range)
        walk(item)
      }
    }
  }
  if (document.root) walk(document.root)
  const lines = source.comments.map((comment) => line(comment.start))
  for (let index = 0; index < lines.length; index += 1) {
    let last = index
    while (lines[last + 1] === lines[last]! + 1) last += 1
    if (last > index) folds.push({ start: lines[index]!, end: lines[last]!, kind: 'comment' })
    index = last
  }
  return [...new Map(folds.map((fold) => [fold.start, fold])).values()]
}

/** From what stands at an offset to the whole file, each range around the one before. */
export function selectionsAt(workspace: Workspace, path: string, offset: number): readonly OffsetRange[] {
  const document = workspace.read(path)
  if (!document?.root) return []
  const found: OffsetRange[] = [{ start: 0, end: document.source.text.length }]
  const holds = (range: OffsetRange): boolean => offset >= range.start && offset <= range.end
  const walk = (node: SourceNode): void => {
    if (!holds(node.range)) return
    found.push(node.range)
    if (node.kind === 'list') for (const item of node.items) walk(item)
    if (node.kind !== 'map') return
    for (const { key, node: value } of node.entries) {
      const whole = { start: key.range.start, end: Math.max(key.range.end, value.range.end) }
      if (!holds(whole)) continue
      found.push(whole)
      if (holds(key.range)) found.push(key.range)
      else walk(value)
    }
  }
  walk(document.root)
  return found
    .reverse()
    .filter(
      (range, index, all) => index === 0 || range.start !== all[index - 1]?.start || range.end !== all[index - 1]?.end,
    )
}
