/** Text on a terminal: its width, cutting it, instants and spans of time. */
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/** Columns that a text takes; colours take none. */
export function textWidth(text: string): number {
  return [...stripVTControlCharacters(text)].length
}

/**
 * Cuts a line to a width, ending in `…`; colours stay closed. Control characters that move the cursor are taken out.
 *
 * @param width - columns, at least 1
 */
export function fitLine(text: string, width: number): string {
  const line = text.replaceAll(/[\r\n\t]+/g, ' ')
  if (textWidth(line) <= width) return line
  let shown = ''
  let count = 0
  let coloured = false
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    if (part.startsWith('\u001b[')) {
      shown += part
      coloured = true
      continue
    }
    const room = width - 1 - count
    const characters = [...part]
    shown += characters.slice(0, room).join('')
    count += Math.min(room, characters.length)
    if (characters.length > room) break
  }
  return `${shown}…${coloured ? '\u001b[0m' : ''}`
}

/** Puts the second text at the right edge when both fit, behind the first one otherwise. */
export function spread(left: string, right: string, width: number): string {
  const gap = width - textWidth(left) - textWidth(right)
  return right === '' ? left : `${left}${' '.repeat(Math.max(2, gap))}${right}`
}

/** Joins parts by ` · ` and breaks between parts where a line is full. */
export function flow(parts: readonly string[], width: number): readonly string[] {
  const lines: string[] = []
  for (const part of parts.filter((each) => each !== '')) {
    const last = lines.at(-1)
    if (last !== undefined && textWidth(last) + 3 + textWidth(part) <= width)
      lines[lines.length - 1] = `${last} · ${part}`
    else lines.push(part)
  }
  return lines
}

/** `4:07`, `1:02:09`: a clock that runs. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

/** Time of day on this machine, `23:59:08`. */
export function timeOfDay(at: number): string {
  const date = new Date(at)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}

/** `03:40`, with the day when it is not the day of `now`: `Mon 03:40`; with the date when that is far away. */
export function clockTime(at: number, now: number): string {
  if (Math.abs(at - now) > 6 * 86_400_000) return dayAndTime(at)
  const date = new Date(at)
  const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][date.getDay()]
  const sameDay = date.toDateString() === new Date(now).toDateString()
  const time = timeOfDay(at).slice(0, 5)
  return sameDay ? time : `${day} ${time}`
}

/** `2027-01-04 01:00`, local time. */
export function dayAndTime(at: number): string {
  const date = new Date(at)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${timeOfDay(at).slice(0, 5)}`
}

/** `1 step`, `3 steps`. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** `a, b and c`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

/** A path as people at `cwd` would write it; one that is not below it stays whole. */
export function shortPath(path: string, cwd: string): string {
  const shown = relative(cwd, path)
  return shown === '' ? '.' : shown.startsWith('..') ? path : shown
}
