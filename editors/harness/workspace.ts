/** A folder as a change manager has it: runbooks that ship, copied, so that scenarios may write into them. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Files of a system belong together by name. */
const copied = /^(cato-sockets|helion-stackato)(\.\w+)?\.yaml$/

/** A place in a text, both counted from 1, as editors show it. */
export interface Place {
  readonly line: number
  readonly column: number
}

export interface Folder {
  readonly path: string
  read(file: string): string
  write(file: string, text: string): void
  /** The place of the mark `|` in `marked`, which must occur exactly once in the file, without its mark. */
  find(file: string, marked: string): Place
  remove(): void
}

/** @param root - folder of the project, whose runbooks are copied */
export function makeFolder(root: string): Folder {
  const parent = mkdtempSync(join(tmpdir(), 'rollbook-folder-'))
  const path = join(parent, 'runbooks')
  mkdirSync(path)
  for (const file of readdirSync(join(root, 'runbooks'))) {
    if (copied.test(file)) copyFileSync(join(root, 'runbooks', file), join(path, file))
  }
  const read = (file: string): string => readFileSync(join(path, file), 'utf8')
  return {
    path,
    read,
    write: (file, text) => writeFileSync(join(path, file), text),
    find: (file, marked) => findPlace(read(file), marked),
    remove: () => rmSync(parent, { recursive: true, force: true }),
  }
}

/** @throws Error when the words do not stand there exactly once, so that a scenario never acts at a wrong place */
export function findPlace(text: string, marked: string): Place {
  const [before = '', after = ''] = marked.split('|')
  const at = text.indexOf(before + after)
  if (at < 0) throw new Error(`nothing reads ${JSON.stringify(before + after)}`)
  if (text.indexOf(before + after, at + 1) >= 0) throw new Error(`${JSON.stringify(before + after)} stands there twice`)
  const lines = text.slice(0, at + before.length).split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}
