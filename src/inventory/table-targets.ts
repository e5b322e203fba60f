import type { Range } from '../base/error.ts'
import type { JsonObject } from '../base/json.ts'
import { nearestName } from '../base/nearest.ts'
import { makeLineIndex } from '../source/line-index.ts'
import type { OffsetRange } from '../source/tree.ts'
import { type CsvCell, parseCsv } from './csv.ts'
import { at, type Findings, type Place } from './findings.ts'
import type { Table } from './inventory.generated.ts'
import type { TargetLayer } from './make-target.ts'
import { type InventoryFile, textFields } from './model.ts'

/** A row of a table. */
export interface TableRow {
  readonly name: string
  readonly layer: TargetLayer
  readonly place: Place
  /** Where the fields stand that are not empty, `name` among them. */
  readonly ranges: ReadonlyMap<string, OffsetRange>
}

/**
 * Reads the rows of a CSV file as the table says.
 *
 * @param columnAt - where the inventory names a column, for complaints about the mapping
 */
export function tableRows(
  table: Table,
  file: InventoryFile,
  findings: Findings,
  columnAt: (group: 'columns' | 'attributes', field: string) => { readonly file: string; readonly range: Range },
): readonly TableRow[] {
  const place: Place = { file: file.path, lines: makeLineIndex(file.text) }
  const { rows, unclosedAt } = parseCsv(file.text, table.delimiter ?? ',')
  if (unclosedAt)
    findings.add('error', 'INVENTORY_TABLE', at(place, unclosedAt), 'the quoted cell that starts here never ends')
  const [header, ...body] = rows
  if (!header) {
    findings.add(
      'error',
      'INVENTORY_TABLE',
      at(place, { start: 0, end: 0 }),
      `"${file.path}" is empty; a header line is needed`,
    )
    return []
  }
  const titles = header.map((cell) => cell.text)
  const find = (group: 'columns' | 'attributes', field: string, title: string): number => {
    const index = titles.indexOf(title)
    if (index < 0) {
      const near = nearestName(title, titles)
      const hint = near === undefined ? `Its columns are: ${titles.join(', ')}.` : `Did you mean "${near}"?`
      findings.add('error', 'INVENTORY_TABLE', columnAt(group, field), `"${file.path}" has no column "${title}"`, {
        hint,
      })
    }
    return index
  }
  const columns = Object.entries(table.columns).map(
    ([field, title]) => [field, find('columns', field, title as string)] as const,
  )
  const attributes = Object.entries(table.attributes ?? {}).map(
    ([name, title]) => [name, find('attributes', name, title)] as const,
  )
  if ([...columns, ...attributes].some(([, index]) => index < 0)) return []
  return body.flatMap((cells) => {
    if (cells.length !== header.length) {
      const range = { start: cells[0]!.range.start, end: cells.at(-1)!.range.end }
      findings.add(
        'error',
        'INVENTORY_TABLE',
        at(place, range),
        `the row has ${cells.length} cells and the header ${header.length}`,
      )
      return []
    }
    const row = readRow(cells, columns, attributes, place, findings)
    return row ? [row] : []
  })
}

type Mapping = readonly (readonly [string, number])[]

function readRow(
  cells: readonly CsvCell[],
  columns: Mapping,
  attributes: Mapping,
  place: Place,
  findings: Findings,
): TableRow | undefined {
  const given = new Map(
    columns.map(([field, index]) => [field, cells[index]!] as const).filter(([, cell]) => cell.text !== ''),
  )
  const nameCell = given.get('name')
  if (!nameCell || !/^[^\s/\\"']+$/.test(nameCell.text)) {
    const range = nameCell?.range ?? { start: cells[0]!.range.start, end: cells.at(-1)!.range.end }
    const message = nameCell ? `"${nameCell.text}" cannot be the name of a target` : 'the row has no name'
    findings.add('error', 'INVENTORY_TABLE', at(place, range), message)
    return undefined
  }
  const layer: Record<string, unknown> = {}
  for (const field of textFields) if (given.has(field)) layer[field] = given.get(field)!.text
  const roles = given.get('roles')
  if (roles) layer['roles'] = [...new Set(roles.text.split(/[\s,;]+/).filter((role) => role !== ''))]
  const connection = readConnection(given, place, findings)
  if (Object.keys(connection).length > 0) layer['connection'] = connection
  const free = attributes.flatMap(([name, index]) =>
    cells[index]!.text === '' ? [] : [[name, cells[index]!.text] as const],
  )
  if (free.length > 0) layer['attributes'] = Object.fromEntries(free)
  const ranges = new Map([...given].map(([field, cell]) => [field, cell.range]))
  return { name: nameCell.text, layer: layer as TargetLayer, place, ranges }
}

function readConnection(given: ReadonlyMap<string, CsvCell>, place: Place, findings: Findings): JsonObject {
  const connection: Record<string, string | number> = {}
  for (const field of ['host', 'user'] as const) if (given.has(field)) connection[field] = given.get(field)!.text
  const port = given.get('port')
  if (!port) return connection
  const number = Number(port.text)
  if (Number.isInteger(number) && number >= 1 && number <= 65_535) return { ...connection, port: number }
  findings.add(
    'error',
    'INVENTORY_TABLE',
    at(place, port.range),
    `"${port.text}" is no port; it is a whole number from 1 to 65535`,
  )
  return connection
}
