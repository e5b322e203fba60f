/** What somebody types in the middle of a long runbook, key by key; in the end the text is as it was. */

/** A change of one line, counted from 0. */
export interface Keystroke {
  readonly kind: string
  readonly line: number
  /** Columns of what is replaced; `lines` more than one when line ends are taken away. */
  readonly start: number
  readonly end: number
  readonly endLine?: number
  readonly text: string
}

/** Where completion is asked for, right behind a key that is typed and taken back. */
export interface Place {
  readonly keystroke: Keystroke
  readonly undo: Keystroke
  readonly line: number
  readonly character: number
}

export interface Typing {
  readonly strokes: readonly Keystroke[]
  readonly places: readonly Place[]
}

/** @param long - more letters of each kind, for a text on which they take little time */
export function typingIn(text: string, long: boolean): Typing {
  const lines = text.split('\n')
  const find = (pattern: RegExp): number =>
    lines.findIndex((each, index) => index > lines.length / 2 && pattern.test(each))
  const [title, when, phaseKind, role] = [
    find(/^ {8}title:/),
    find(/^ {8}when:/),
    find(/^ {4}kind:/),
    find(/^ {8}role: /),
  ]
  const behind = (line: number): number => lines[line]!.length
  return {
    strokes: [
      ...word('value', title, behind(title), long ? 'now' : 'n'),
      // A key that is not known, and back.
      ...word('key', title, 9, 'x'),
      ...word('enum', phaseKind, behind(phaseKind), 'x'),
      // Names that do not exist, and back.
      ...word('expression', when, lines[when]!.indexOf('inputs.release') + 'inputs.release'.length, long ? 'xy' : 'x'),
      // Until the colon is there the text is no YAML.
      ...newLine(title, '        ', long ? 'on: control' : 'on:'),
    ],
    places: [place(title, '        \n', 8), place(role, '        role: \n', 14), place(role, '        ro\n', 10)],
  }
}

/** Typed letter by letter, and taken back. */
function word(kind: string, line: number, at: number, letters: string): readonly Keystroke[] {
  const there = [...letters].map((text, index) => ({ kind, line, start: at + index, end: at + index, text }))
  const back = there.map(({ start }) => ({ kind, line, start, end: start + 1, text: '' })).reverse()
  return [...there, ...back]
}

function newLine(line: number, indent: string, written: string): readonly Keystroke[] {
  const kind = 'new line'
  const start = indent.length
  return [
    { kind, line, start: 0, end: 0, text: `${indent}\n` },
    ...[...written].map((text, index) => ({ kind, line, start: start + index, end: start + index, text })),
    { kind, line, start: 0, end: 0, endLine: line + 1, text: '' },
  ]
}

function place(line: number, text: string, character: number): Place {
  const kind = 'completion'
  return {
    keystroke: { kind, line, start: 0, end: 0, text },
    undo: { kind, line, start: 0, end: 0, endLine: line + 1, text: '' },
    line,
    character,
  }
}
