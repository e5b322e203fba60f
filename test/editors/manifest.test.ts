/** What package.json of the extension promises, and what its code and its files keep. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importsOf, readFiles } from '../support/source-files.ts'

const folder = 'editors/vscode'
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
const code = filesBelow(join(folder, 'src')).map((path) => readFileSync(path, 'utf8'))
const all = code.join('\n')
const { contributes } = manifest

interface Manifest {
  readonly version: string
  readonly icon: string
  readonly main: string
  readonly engines: { readonly vscode: string }
  readonly activationEvents: readonly string[]
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[]
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>
    readonly keybindings: readonly { readonly command: string }[]
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] }
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[]
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> }
    readonly walkthroughs: readonly {
      readonly id: string
      readonly steps: readonly {
        readonly description: string
        readonly media: { readonly markdown: string }
        readonly completionEvents?: readonly string[]
      }[]
    }[]
    readonly languages: readonly { readonly firstLine: string; readonly filenamePatterns: readonly string[] }[]
    readonly taskDefinitions: readonly {
      readonly type: string
      readonly properties: Readonly<Record<string, unknown>>
    }[]
  }
}

function filesBelow(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
}

function found(text: string, pattern: RegExp): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))].sort()
}

const contributed = contributes.commands.map(({ command }) => command).sort()
const views = Object.values(contributes.views).flatMap((list) => list.map(({ id }) => id))

test('the extension has the version of the program, and the editor that its types describe', () => {
  const root = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly version: string
    readonly devDependencies: Readonly<Record<string, string>>
  }
  expect(manifest.version).toBe(root.version)
  expect(manifest.engines.vscode.replace('^', '~')).toBe(root.devDependencies['@types/vscode'])
})

describe('commands', () => {
  test('every command that is contributed is registered, and the reverse', () => {
    const inTable = found(all, /^ {2}'(rollbook\.\w+)': /gm)
    const byItself = found(all, /registerCommand\('(rollbook\.\w+)'/g)
    expect([...inTable, ...byItself].sort()).toEqual(contributed)
  })

  test('menus, keys, lenses and links only name commands that there are', () => {
    const lenses = ['plan', 'simulate', 'runAgainstEmulator', 'showReferences'].map((name) => `rollbook.${name}`)
    const server = found(readFileSync('src/lsp/features.ts', 'utf8'), /command: '(rollbook\.\w+)'/g)
    const links = found(JSON.stringify(contributes), /\(command:(rollbook\.\w+(?:\.focus)?)\)/g)
    const events = contributes.walkthroughs.flatMap(({ steps }) =>
      steps.flatMap(({ completionEvents = [] }) =>
        completionEvents.flatMap((event) => /^onCommand:(.*)/.exec(event)?.[1] ?? []),
      ),
    )
    const named = [
      ...Object.values(contributes.menus).flatMap((list) => list.map(({ command }) => command)),
      ...contributes.keybindings.map(({ command }) => command),
      ...found(all, /data-command="(rollbook\.\w+)"/g),
      ...found(all, /item\('[^']+', '[^']+', \d+, '(rollbook\.\w+)'\)/g),
      ...lenses,
      ...server,
      ...events,
      ...links.filter((link) => !link.endsWith('.focus')),
    ]
    expect(named.filter((name) => !contributed.includes(name))).toEqual([])
    const focused = links.filter((link) => link.endsWith('.focus')).map((link) => link.replace('.focus', ''))
    expect(focused.filter((view) => !views.includes(view))).toEqual([])
  })

  test('titles are in title case and do not repeat the category', () => {
    for (const { title } of contributes.commands) expect(title).toMatch(/^(?!Rollbook)[A-Z]/)
  })
})

test('every view that is contributed is made, and the reverse', () => {
  expect(found(all, /createTreeView\('([\w.]+)'/g)).toEqual(views.toSorted())
  for (const { view } of contributes.viewsWelcome) expect(views).toContain(view)
})

test('every setting that is read is contributed, and every one that is contributed is read', () => {
  const read = [
    ...found(all, /\.get(?:<[^>]+>)?\('([\w.]+)'/g),
    // By the name of a variable: the pickers.
    ...found(all, /type Setting = '(\w+)'/g),
  ]
  const known = Object.keys(contributes.configuration.properties).map((name) => name.replace('rollbook.', ''))
  expect([...new Set(read)].sort()).toEqual(known.toSorted())
})

describe('files', () => {
  test('every file that the manifest names is there', () => {
    const paths = found(
      JSON.stringify(manifest),
      /"(?:\.\/)?((?:media|syntaxes|walkthrough)\/[\w./-]+|language-configuration\.json)"/g,
    )
    expect(paths.length).toBeGreaterThan(10)
    expect(paths.filter((path) => !existsSync(join(folder, path)))).toEqual([])
  })

  test('every picture of the walkthrough is there, and says what it shows', () => {
    for (const { media } of contributes.walkthroughs.flatMap(({ steps }) => steps)) {
      const text = readFileSync(join(folder, media.markdown), 'utf8')
      for (const [, words, path] of text.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)) {
        expect(words).not.toBe('')
        expect(existsSync(join(folder, 'walkthrough', path ?? '')), path).toBe(true)
      }
    }
  })
})

test('the code of the extension takes only types from the program: what it runs lies in the server', () => {
  const files = readFiles((path) => path.startsWith(`${folder}/`) && path.endsWith('.ts'))
  const outside = files.flatMap((file) =>
    importsOf(file).filter(({ from }) => /\/src\/(?:app|lsp|service|book)\//.test(from)),
  )
  expect(outside.length).toBeGreaterThan(3)
  expect(outside.filter(({ typeOnly }) => !typeOnly)).toEqual([])
})

test('the examples in the walkthrough are right', async () => {
  const { checkFiles } = await import('../../src/app/check-files.ts')
  const directory = mkdtempSync(join(tmpdir(), 'rollbook-walkthrough-'))
  try {
    const examples = contributes.walkthroughs
      .flatMap(({ steps }) => steps.map(({ media }) => readFileSync(join(folder, media.markdown), 'utf8')))
      .flatMap((text) => [...text.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1] ?? ''))
    expect(examples.length).toBeGreaterThan(1)
    const paths = examples.map((_text, index) => join(directory, `${index}.yaml`))
    for (const [index, path] of paths.entries()) writeFileSync(path, examples[index]!)
    expect((await checkFiles({ paths, cwd: directory })).diagnostics).toEqual([])
  } finally {
    rmSync(directory, { recursive: true })
  }
})
