/** Repairs of single values: what the finding itself says should stand there. */
import { asText } from '../language/reporter.ts'
import type { Repair, RepairSite } from './repair.ts'

/** `did you mean "x"?` */
export function changeToNearest({ finding, range, written, document }: RepairSite): Repair | undefined {
  const nearest = /[Dd]id you mean "([^"]+)"\?/.exec(finding.hint ?? '')?.[1]
  if (nearest === undefined || written === '' || written.includes('\n') || written.length > 80) return undefined
  const raw = document.source.text.slice(range.start, range.end)
  const quote = /^["']/.exec(raw)?.[0] ?? ''
  return {
    title: `Change to "${nearest}"`,
    safe: true,
    edits: [{ range, text: quote === '' ? asText(nearest) : `${quote}${nearest}${quote}` }],
  }
}

/** `write x`, `put it in quotes: "x"`, `write 200 without quotes`: advice of a finding about one value. */
export function followAdvice({ finding, range, written }: RepairSite): Repair | undefined {
  const hint = finding.hint ?? ''
  const bare = /^write (\S+) without quotes$/.exec(hint)?.[1]
  if (bare !== undefined) return { title: `Write ${bare} without quotes`, safe: true, edits: [{ range, text: bare }] }
  const quoted = /^put it in quotes: (".*")$/.exec(hint)?.[1]
  if (quoted !== undefined) return { title: 'Put it in quotes', safe: true, edits: [{ range, text: quoted }] }
  const word = /^write (true|false|\[.*\])$/.exec(hint)?.[1]
  if (word !== undefined) return { title: `Write ${word}`, safe: true, edits: [{ range, text: word }] }
  const name = /^write "([^"]+)"$/.exec(hint)?.[1]
  if (name !== undefined) return { title: `Change to "${name}"`, safe: true, edits: [{ range, text: name }] }
  const attempts = /"retry" must be a mapping/.test(finding.message) && /^[1-9]\d?$/.test(written)
  if (attempts) {
    const text = `{max_attempts: ${written}}`
    return { title: `Write ${text}`, safe: false, edits: [{ range, text }] }
  }
  return undefined
}

/** Something that is text and reads as a number. */
export function putInQuotes({ range, written }: RepairSite): Repair {
  return { title: 'Put it in quotes', safe: false, edits: [{ range, text: JSON.stringify(written) }] }
}

/** `My Runbook` as a name is `my_runbook`; of other values only the author knows what they should be. */
export function writeName({ finding, range, written }: RepairSite): Repair | undefined {
  if (!/cannot be "(?:name|id)":/.test(finding.message)) return undefined
  const joint = finding.message.includes('hyphen') ? '-' : '_'
  const name = written
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, joint)
    .replaceAll(/^[^a-z]+|[_-]+$/g, '')
  return name === '' ? undefined : { title: `Change to "${name}"`, safe: true, edits: [{ range, text: name }] }
}

const sizeWords: Readonly<Record<string, string>> = { byte: 'B', kilo: 'kB', mega: 'MB', giga: 'GB', tera: 'TB' }

/** `7 gigabytes` is `7GB`. */
export function writeSize({ range, written }: RepairSite): Repair | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(?:(kilo|mega|giga|tera)(?:byte)?s?|(byte)s?|([kmgt]i?)b?)$/i.exec(written)
  if (!match) return undefined
  const [, amount, long, byte, short] = match
  const unit = sizeWords[(long ?? byte ?? '').toLowerCase()] ?? `${shortUnit(short ?? '')}B`
  return { title: `Change to "${amount}${unit}"`, safe: true, edits: [{ range, text: `${amount}${unit}` }] }
}

function shortUnit(short: string): string {
  const letter = short.charAt(0).toUpperCase()
  const binary = short.length > 1 ? 'i' : ''
  return letter === 'K' && binary === '' ? 'k' : `${letter}${binary}`
}

/** `2026-12-06 01:00` without a zone is read as UTC. */
export function writeInstant({ range, written }: RepairSite): Repair | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(:\d{2})?)?$/.exec(written)
  if (!match) return undefined
  const text = `${match[1]}T${match[2] ?? '00:00'}${match[3] ?? ':00'}Z`
  return { title: `Read it as UTC: ${text}`, safe: false, edits: [{ range, text: `"${text}"` }] }
}
