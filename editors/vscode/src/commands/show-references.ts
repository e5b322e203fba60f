/** Lenses that count uses: their places, in the editor's own view of references. */
import * as vscode from 'vscode'
import type { PlacedPosition, PlacedRange } from '../finding-counts.ts'
import { toRange } from '../places.ts'
import type { CommandRun } from './work.ts'

interface WireLocation {
  readonly uri: string
  readonly range: PlacedRange
}

interface Asked {
  readonly uri: string
  readonly position?: PlacedPosition
  readonly range?: PlacedRange
  readonly locations?: readonly WireLocation[]
  readonly places?: readonly WireLocation[]
}

export const showReferences: CommandRun = async (_work, argument) => {
  const { uri, position, range, locations, places } = argument as Asked
  const at = position ?? range?.start ?? { line: 0, character: 0 }
  const found = (locations ?? places ?? []).map(
    (place) => new vscode.Location(vscode.Uri.parse(place.uri), toRange(place.range)),
  )
  const from = new vscode.Position(at.line, at.character)
  await vscode.commands.executeCommand('editor.action.showReferences', vscode.Uri.parse(uri), from, found)
}
