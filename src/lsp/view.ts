import type { Position, Range } from 'vscode-languageserver/node'
import type { Place } from '../service/navigation.ts'
import { type LineIndex, makeLineIndex, type OffsetRange } from '../source/index.ts'
import { wireRange } from './convert-diagnostic.ts'
import type { Session } from './server.ts'

/** A document as requests speak of it. */
export class View {
  readonly uri: string
  readonly path: string
  private readonly session: Session
  private readonly lines = new Map<string, LineIndex>()

  constructor(session: Session, uri: string) {
    this.session = session
    this.uri = uri
    this.path = session.paths.pathOf(uri)
  }

  get workspace(): Session['workspace'] {
    return this.session.workspace
  }

  get paths(): Session['paths'] {
    return this.session.paths
  }

  get keepsBlanks(): boolean {
    return this.session.keepsBlanks
  }

  get text(): string {
    return this.workspace.document(this.path)?.text ?? ''
  }

  uriOf(path: string): string {
    return this.paths.uriOf(path)
  }

  offset({ line, character }: Position): number {
    return this.linesOf(this.path).offset({ line: line + 1, column: character + 1 })
  }

  range(range: OffsetRange, path: string = this.path): Range {
    return wireRange(this.linesOf(path).range(range))
  }

  location({ path, range }: Place): { readonly uri: string; readonly range: Range } {
    return { uri: this.uriOf(path), range: this.range(range, path) }
  }

  private linesOf(path: string): LineIndex {
    const known = this.lines.get(path)
    if (known) return known
    const fresh = makeLineIndex(this.workspace.document(path)?.text ?? '')
    this.lines.set(path, fresh)
    return fresh
  }
}
