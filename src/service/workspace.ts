/** Documents as the editor has them, over the files beside them; every text is parsed once. */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { parseCalendar } from '../calendar/index.ts'
import { filesBeside, type Inventory, type InventoryFile, loadInventory } from '../inventory/index.ts'
import type { ActionInfo, CheckEnvironment } from '../language/environment.ts'
import { type Outline, outlineOf } from '../language/outline.ts'
import { type FileKind, readHeader } from '../runbook/kinds.ts'
import { type MapNode, parseSource, type SourceDocument, startOfLine } from '../source/index.ts'
import { noFiles, type WorkspaceFiles } from './files.ts'
import { type ParsedText, parseInSteps } from './parse-again.ts'

export interface WorkspaceSettings {
  /** All actions that a runbook may call, those of plug-ins included. */
  readonly actions: readonly ActionInfo[]
  readonly parseCalendar?: typeof parseCalendar
  readonly files?: WorkspaceFiles
  /** Path of the inventory that runbooks are checked against; without one their targets are not. */
  readonly inventory?: string
  /** Path of the values that runbooks are resolved with; without one, those of the same name beside a runbook. */
  readonly values?: string
  /** Systems to practise on: by the executor that speaks to the real one, the name that `rollbook emulate` takes. */
  readonly emulators?: Readonly<Record<string, string>>
  /** SHA-256 of a text as 64 hex digits, for plans. Default: one without the platform, which is slower. */
  readonly sha256?: (text: string) => string
  /** Findings of files that are not told by a key `rollbook`, such as recorded answers; undefined when it is none. */
  readonly checkOther?: (text: string, path: string) => readonly Diagnostic[] | undefined
  /** What is wrong with the executors that the configuration names, by its path. */
  readonly findings?: readonly Diagnostic[]
}

/** One text of a file. */
export interface ServiceDocument {
  readonly path: string
  readonly text: string
  readonly version: number
  readonly open: boolean
}

/** A text with its tree. */
export interface ReadDocument {
  readonly path: string
  readonly source: SourceDocument
  readonly kind: FileKind | undefined
  readonly root: MapNode | undefined
  /** Of a runbook. */
  readonly outline: Outline | undefined
}

interface Entry {
  document: ServiceDocument
  parsed?: ParsedText
  read?: ReadDocument
  /** The last text that could be read. */
  usable?: ReadDocument
}

export class Workspace {
  readonly settings: WorkspaceSettings
  private readonly entries = new Map<string, Entry>()
  private readonly clean = new Set<string>()
  private readonly inventories = new Map<string, LoadedAt>()
  private listed: readonly string[] | undefined

  constructor(settings: WorkspaceSettings) {
    this.settings = settings
  }

  get files(): WorkspaceFiles {
    return this.settings.files ?? noFiles
  }

  /** Takes the text that the editor has; call it for every version. */
  update(path: string, text: string, version = 0): void {
    const before = this.entries.get(path)
    const document: ServiceDocument = { path, text, version, open: true }
    if (before === undefined) this.entries.set(path, { document })
    else if (before.document.text === text) before.document = document
    else {
      before.document = document
      delete before.read
    }
  }

  /** From now on the file on disk counts again. */
  close(path: string): void {
    this.entries.delete(path)
  }

  /** Files on disk were added, changed or taken away. */
  forgetFiles(): void {
    this.listed = undefined
    for (const [path, { document }] of this.entries) if (!document.open) this.entries.delete(path)
  }

  document(path: string): ServiceDocument | undefined {
    return this.entry(path)?.document
  }

  /** Paths of the YAML files of the workspace, open ones first. */
  paths(): readonly string[] {
    this.listed ??= this.files.below('').filter((path) => /\.ya?ml$/.test(path))
    const open = [...this.entries.values()].flatMap(({ document }) => (document.open ? [document.path] : []))
    return [...new Set([...open, ...this.listed])]
  }

  /** The text as it is now, if it was read already. */
  known(path: string): ReadDocument | undefined {
    return this.entries.get(path)?.read
  }

  /** Reads the text as it is now. */
  read(path: string): ReadDocument | undefined {
    const steps = this.readInSteps(path)
    for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
  }

  *readInSteps(path: string): Generator<void, ReadDocument | undefined> {
    const entry = this.entry(path)
    if (entry === undefined || entry.read !== undefined) return entry?.read
    const { text } = entry.document
    const parsed = yield* parseInSteps(text, path, entry.parsed)
    const read = readParsed(path, parsed.source)
    // What was parsed before is used up, even when somebody has typed in between.
    entry.parsed = parsed
    if (read.root !== undefined) entry.usable = read
    if (entry.document.text === text) entry.read = read
    return read
  }

  /**
   * The last version that could be read: of a short text, or of one that was never read, the present one if possible.
   * While somebody types in a long one, names are taken from the version that was read a moment ago.
   */
  recent(path: string): ReadDocument | undefined {
    const entry = this.entry(path)
    if (entry === undefined) return undefined
    const isShort = entry.document.text.length < 20_000
    if (entry.read === undefined && (isShort || entry.usable === undefined)) this.read(path)
    return entry.usable ?? entry.read
  }

  /**
   * Makes sure that there is something to take names from. A text that was never whole is read without the line that
   * somebody is typing in.
   */
  readAround(path: string, offset: number): void {
    const entry = this.entry(path)
    if (entry === undefined || this.recent(path)?.root !== undefined) return
    const { text } = entry.document
    const start = startOfLine(text, offset)
    const newline = text.indexOf('\n', offset)
    const end = newline < 0 ? text.length : newline
    const key = /^[ -]*[\w-]+:/.exec(text.slice(start, end))?.[0] ?? ''
    for (const line of [key, '']) {
      const read = readParsed(
        path,
        parseSource(text.slice(0, start) + line.padEnd(end - start) + text.slice(end), path),
      )
      if (read.root === undefined) continue
      entry.usable = read
      return
    }
  }

  /** What checks need to know of the world around a file. */
  environment(): CheckEnvironment {
    const { actions, parseCalendar: parse, inventory } = this.settings
    // Each entry stands for one expression in one place; past this most of them are of texts long gone.
    if (this.clean.size > 50_000) this.clean.clear()
    const loaded = inventory === undefined ? undefined : this.inventory(inventory)?.inventory
    return {
      actions,
      clean: this.clean,
      ...(parse ? { parseCalendar: parse } : {}),
      ...(loaded ? { inventory: loaded } : {}),
    }
  }

  /** Reads an inventory with the files that belong to it. */
  inventory(path: string): { readonly inventory?: Inventory; readonly diagnostics: readonly Diagnostic[] } | undefined {
    const text = this.document(path)?.text ?? this.files.read(path)
    if (text === undefined) return undefined
    const main: InventoryFile = { path, text }
    const known = this.inventories.get(path)
    const wanted = known?.main.text === text ? known.wanted : filesBeside(main)
    const beside = [...wanted.files, ...wanted.folders.flatMap((folder) => this.files.below(folder))].flatMap(
      (file): InventoryFile[] => {
        const found = this.document(file)?.text ?? this.files.read(file)
        return found === undefined ? [] : [{ path: file, text: found }]
      },
    )
    if (known && known.main.text === text && sameFiles(known.beside, beside)) return known.loaded
    const loaded = loadInventory(main, beside)
    this.inventories.set(path, { main, wanted, beside, loaded })
    return loaded
  }

  private entry(path: string): Entry | undefined {
    const known = this.entries.get(path)
    if (known) return known
    const text = this.files.read(path)
    if (text === undefined) return undefined
    const entry: Entry = { document: { path, text, version: 0, open: false } }
    this.entries.set(path, entry)
    return entry
  }
}

interface LoadedAt {
  readonly main: InventoryFile
  readonly wanted: ReturnType<typeof filesBeside>
  readonly beside: readonly InventoryFile[]
  readonly loaded: ReturnType<typeof loadInventory>
}

function sameFiles(a: readonly InventoryFile[], b: readonly InventoryFile[]): boolean {
  return a.length === b.length && a.every((file, index) => file.path === b[index]?.path && file.text === b[index].text)
}

function readParsed(path: string, source: SourceDocument): ReadDocument {
  const root = source.root?.kind === 'map' && !source.broken ? source.root : undefined
  const header = root && readHeader(root)
  const kind = header?.state === 'known' ? header.kind : undefined
  return { path, source, kind, root, outline: root && kind === 'runbook/v1' ? outlineOf(root) : undefined }
}
