import { posix } from 'node:path'

/** Names that say nothing about what is inside. */
const empty = /^(utils?|helpers?|common|misc|shared|stuff|lib)$/

/** Sentences about files and folders of code whose names are not in kebab-case or say nothing. */
export function namingProblems(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const file = posix.basename(path)
    const bare = file.replace(/\.(test|bench|generated|generated\.d)\.ts$|\.ts$/, '')
    const parts = [...posix.dirname(path).split('/'), bare]
    return parts.flatMap((part) => {
      if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part)) return [`${path}: "${part}" is not in kebab-case`]
      return empty.test(part) ? [`${path}: "${part}" does not say what is inside`] : []
    })
  })
}

/** Sentences about tests that mirror nothing: their folder exists neither in src/ nor in the list. */
export function mirrorProblems(testPaths: readonly string[], sourceFolders: readonly string[]): readonly string[] {
  const known = new Set([...sourceFolders, ...testOnlyFolders])
  return testPaths.flatMap((path) => {
    const folder = path.split('/')[1] ?? ''
    return known.has(folder) ? [] : [`${path}: there is no src/${folder}`]
  })
}

/** Folders of test/ that stand for no folder of src/: rules of the project, and whole nights of one system. */
const testOnlyFolders = [
  'architecture',
  'bench',
  'cato',
  'contracts',
  'demo',
  'docs',
  'editors',
  'golden',
  'histories',
  'project',
  'runbooks',
  'support',
]
