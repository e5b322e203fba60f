import { isAbsolute, join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Turns addresses of documents into paths as `rollbook validate` would name them in the folder, and back. */
export interface Paths {
  readonly folder: string
  pathOf(uri: string): string
  uriOf(path: string): string
}

export function makePaths(folder: string): Paths {
  // An editor may write an address otherwise than Node does; it gets back what it sent.
  const sent = new Map<string, string>()
  return {
    folder,
    pathOf: (uri) => {
      const path = uri.startsWith('file:') ? shorten(fileURLToPath(uri), folder) : uri
      sent.set(path, uri)
      return path
    },
    uriOf: (path) => {
      const known = sent.get(path)
      if (known !== undefined) return known
      if (/^[a-z][a-z0-9+.-]+:/i.test(path)) return path
      return pathToFileURL(isAbsolute(path) ? path : join(folder, path)).href
    },
  }
}

function shorten(path: string, folder: string): string {
  const short = relative(folder, path)
  return short === '' || short.startsWith('..') ? path : short.split(sep).join('/')
}
