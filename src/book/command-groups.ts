import type { PlanPreview, PlanTarget } from '../plan/model.ts'
import type { CommandView } from './book-view.ts'
import { namesText } from './name-list.ts'
import { code } from './view.ts'

/** Up to this many commands that differ in the target's own name or address only are all printed. */
const alikeMax = 3

interface Group {
  readonly pattern: string
  readonly previews: PlanPreview[]
}

/**
 * Commands as executors word them. Equal ones are printed once with all their targets. Ones that differ in nothing but the
 * target's own name or address are printed once too when there are many: the first as it is, with a note.
 */
export function groupCommands(
  previews: readonly PlanPreview[],
  targets: Readonly<Record<string, PlanTarget>>,
): readonly CommandView[] {
  return groupBy(previews, (preview) => patternOf(preview, targets)).flatMap((group) => {
    const equal = groupBy(group.previews, (preview) => preview.text)
    if (equal.length <= alikeMax) return equal.map((same) => commandOf(same.previews, ''))
    return [
      commandOf(
        group.previews,
        'As it reads on the first target. The others differ in their own name or address only.',
      ),
    ]
  })
}

function commandOf(previews: readonly PlanPreview[], note: string): CommandView {
  return {
    on: namesText(previews.flatMap((preview) => (preview.target === undefined ? [] : [preview.target]))),
    text: code(previews[0]?.text ?? ''),
    note,
  }
}

function groupBy(previews: readonly PlanPreview[], keyOf: (preview: PlanPreview) => string): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const preview of previews) {
    const pattern = keyOf(preview)
    const group = groups.get(pattern)
    if (group === undefined) groups.set(pattern, { pattern, previews: [preview] })
    else group.previews.push(preview)
  }
  return [...groups.values()]
}

/** The text with the target's own words replaced; a private character cannot stand in a real command. */
function patternOf(preview: PlanPreview, targets: Readonly<Record<string, PlanTarget>>): string {
  const target = preview.target === undefined ? undefined : targets[preview.target]
  if (target === undefined) return preview.text
  const own = [target.address, target.name].filter((word) => word !== undefined && word.length > 1)
  return own.reduce<string>(
    (text, word, index) => text.replaceAll(wholeWord(word!), String.fromCharCode(0xe000 + index)),
    preview.text,
  )
}

function wholeWord(word: string): RegExp {
  return new RegExp(
    `(?<![\\p{L}\\p{N}_.-])${word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![\\p{L}\\p{N}_-])`,
    'gu',
  )
}
