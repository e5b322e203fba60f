import type { RunbookPlaces } from '../plan/places.ts'
import type { SourceDocument } from '../source/parse-source.ts'
import { rangeInScalar } from '../source/scalar-offsets.ts'
import { entryAt, nodeAt, type OffsetRange } from '../source/tree.ts'

/** Finds the places of a plan's findings in the text that the runbook was read from. */
export function runbookPlaces(document: SourceDocument): RunbookPlaces {
  const offsetsAt = (path: readonly (string | number)[]): OffsetRange => {
    for (let length = path.length; length >= 0; length -= 1) {
      const part = path.slice(0, length)
      const node = nodeAt(document.root, part)
      if (!node) continue
      if (node.kind === 'scalar') return node.range
      return entryAt(document.root, part)?.key.range ?? { start: node.range.start, end: node.range.start }
    }
    return { start: 0, end: 0 }
  }
  return {
    file: document.file,
    rangeAt: (path) => document.lines.range(offsetsAt(path)),
    rangeInText: (path, text, part) => {
      const node = nodeAt(document.root, path)
      const inside = node?.kind === 'scalar' && node.value === text
      return document.lines.range(inside ? rangeInScalar(document.text, node, part) : offsetsAt(path))
    },
  }
}
