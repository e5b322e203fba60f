/**
 * What the service may see beside the documents that are open: files of the same folder tree. The door hands it in; in a
 * browser it is a map.
 */
export interface WorkspaceFiles {
  /** @returns undefined when there is no such file, or when it is no text */
  read(path: string): string | undefined
  /** Paths of all files below a folder, in order; none when it is not there. */
  below(folder: string): readonly string[]
}

export const noFiles: WorkspaceFiles = { read: () => undefined, below: () => [] }

/** The path of a file that another one names, `/` between the parts; a path from the root stays as it is. */
export function pathBeside(path: string, name: string): string {
  if (name.startsWith('/')) return name
  const parts = path.split('/').slice(0, -1)
  for (const part of name.split('/')) {
    if (part === '.' || part === '') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else parts.push(part)
  }
  return parts.join('/')
}
