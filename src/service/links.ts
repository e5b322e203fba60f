/** Every file that a file names. */
import { mapIn, mapsIn, placedText } from '../language/outline.ts'
import type { OffsetRange, SourceNode } from '../source/index.ts'
import { pathBeside } from './files.ts'
import type { Workspace } from './workspace.ts'

export interface FileLink {
  readonly range: OffsetRange
  readonly path: string
}

export function linksIn(workspace: Workspace, path: string): readonly FileLink[] {
  const document = workspace.read(path)
  if (!document?.root) return []
  const { root } = document
  const plugIns = document.kind === 'config/v1' ? root.byKey.get('executors')?.node : undefined
  const named: readonly (SourceNode | undefined)[] = [
    root.byKey.get('catalog')?.node,
    ...[...mapsIn(root, 'windows'), ...mapsIn(root, 'freezes')].map((node) => node.byKey.get('calendar')?.node),
    mapIn(root, 'targets_from')?.byKey.get('csv')?.node ?? root.byKey.get('targets_from')?.node,
  ]
  const folders = plugIns?.kind === 'list' ? plugIns.items : []
  const links = [
    ...named.flatMap((node) => linkOf(path, node, '')),
    // A plug-in that is no folder is a package, and has no file to go to.
    ...folders.flatMap((node) =>
      /^\.{0,2}\//.test(String(node.value)) ? linkOf(path, node, '/rollbook-executor.json') : [],
    ),
  ]
  const schema = document.source.comments.flatMap((comment) => {
    const match = /\$schema=(\S+)/.exec(comment.text)
    if (!match || match[1]!.includes('://')) return []
    const start = comment.start + match.index + '$schema='.length
    return [{ range: { start, end: start + match[1]!.length }, path: pathBeside(path, match[1]!) }]
  })
  return [...links, ...schema]
}

function linkOf(path: string, node: SourceNode | undefined, inside: string): readonly FileLink[] {
  const text = placedText(node)
  if (!text || text.text.includes('${{')) return []
  return [{ range: text.node.range, path: `${pathBeside(path, text.text)}${inside}` }]
}
