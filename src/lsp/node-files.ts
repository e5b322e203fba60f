import { readdirSync, readFileSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { WorkspaceFiles } from '../service/files.ts'
import { sourceLimits } from '../source/index.ts'

/** A folder with more than this is not somebody's runbooks. */
const filesMax = 5000

/** Files below a folder, read when the service asks; texts are kept until the file changes. */
export function nodeFiles(folder: string): WorkspaceFiles {
  const texts = new Map<string, { readonly stamp: string; readonly text: string | undefined }>()
  const full = (path: string): string => (isAbsolute(path) ? path : join(folder, path))
  return {
    read: (path) => {
      const state = statSync(full(path), { throwIfNoEntry: false })
      if (!state?.isFile() || state.size > 3 * sourceLimits.lengthMax) return undefined
      const stamp = `${state.mtimeMs} ${state.size}`
      const known = texts.get(path)
      if (known?.stamp === stamp) return known.text
      const text = readText(full(path))
      texts.set(path, { stamp, text })
      return text
    },
    below: (path) => {
      const found: string[] = []
      list(folder, path, found)
      return found
    },
  }
}

function readText(path: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch {
    return undefined
  }
}

function list(root: string, folder: string, found: string[]): void {
  const full = isAbsolute(folder) ? folder : join(root, folder)
  if (!statSync(full, { throwIfNoEntry: false })?.isDirectory()) return
  for (const entry of readdirSync(full, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (found.length >= filesMax) return
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) list(root, path, found)
    else if (entry.isFile()) found.push(path)
  }
}
