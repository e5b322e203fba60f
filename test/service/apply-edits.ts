/** Applies edits as editors do: all of them speak of the text before. */
export function applyEdits(
  text: string,
  edits: readonly { readonly range: { readonly start: number; readonly end: number }; readonly text: string }[],
): string {
  return [...edits]
    .sort((a, b) => b.range.start - a.range.start)
    .reduce((result, edit) => result.slice(0, edit.range.start) + edit.text + result.slice(edit.range.end), text)
}
