/**
 * Somebody who has never seen the language writes a runbook of ten steps: every word and every sign of the language is
 * chosen from what completion offers, and only what nobody can know but the author is typed. The keystrokes are kept in a
 * golden file.
 */
import { expect, test } from 'vitest'
import { parseCalendar } from '../../src/calendar/index.ts'
import { allActions } from '../../src/executors/index.ts'
import { complete } from '../../src/service/completion.ts'
import { diagnose } from '../../src/service/diagnose.ts'
import { Workspace } from '../../src/service/workspace.ts'

interface Hole {
  readonly start: number
  readonly end: number
}

/** An editor as far as typing goes: a new line begins below the one before, and Tab goes through the holes of snippets. */
class Typist {
  readonly keys: string[] = []
  text = ''
  private readonly workspace = new Workspace({ actions: allActions, parseCalendar })
  /** Of the snippets that are being filled in, the next one first. */
  private holes: Hole[] = []
  /** The cursor, or what is marked: typing replaces it. */
  private marked: Hole = { start: 0, end: 0 }
  private letters = 0
  private chosen = 0

  /** Only what the author alone knows: no sign of YAML is among it. */
  type(text: string): this {
    expect(text).toMatch(/^[\w .]+$/)
    this.keys.push(`type ${text}`)
    this.letters += text.length
    this.put(text)
    return this
  }

  /** Goes to the next hole of a snippet, or behind what was written. */
  tab(): this {
    this.keys.push('Tab')
    this.marked = this.holes.shift() ?? { start: this.text.length, end: this.text.length }
    return this
  }

  /** A new line at the end, as deep as the one before, or back with Backspace to where the parts of a list stand. */
  enter(column?: number): this {
    this.text = this.text.replace(/\s+$/, '')
    this.holes = []
    const line = this.text.slice(this.text.lastIndexOf('\n') + 1)
    const own = /^ */.exec(line)![0].length
    const levels = column === undefined ? 0 : (own - column) / 2
    expect(Number.isInteger(levels) && levels >= 0, `${levels} levels back from "${line}"`).toBe(true)
    this.keys.push(['Enter', ...Array.from({ length: levels }, () => 'Backspace')].join(', '))
    this.marked = { start: this.text.length, end: this.text.length }
    this.put(`\n${' '.repeat(own - 2 * levels)}`)
    return this
  }

  /** Takes an entry of the list; that it is there is what this test is about. */
  choose(label: string, kind?: string): this {
    this.put('')
    this.workspace.update('new.yaml', this.text)
    const items = complete(this.workspace, 'new.yaml', this.marked.start)
    const position = items.findIndex((item) => item.label === label && (kind === undefined || item.kind === kind))
    const offered = items.map((item) => item.label).join(', ')
    expect(position, `"${label}" among ${offered} in\n${this.text}`).toBeGreaterThanOrEqual(0)
    this.keys.push(`choose ${label}, ${position + 1} of ${items.length}`)
    this.chosen += 1
    const item = items[position]!
    this.marked = item.range
    if (item.isSnippet === true) this.fillIn(item.insert)
    else this.put(item.insert)
    return this
  }

  done(): { readonly findings: readonly string[]; readonly keys: readonly string[] } {
    this.workspace.update('new.yaml', this.text)
    const findings = diagnose(this.workspace, 'new.yaml').map(({ code, message }) => `${code} ${message}`)
    return { findings, keys: [...this.keys, `${this.chosen} choices, ${this.letters} letters typed`] }
  }

  private put(text: string): void {
    const { start, end } = this.marked
    this.text = this.text.slice(0, start) + text + this.text.slice(end)
    const by = text.length - (end - start)
    this.holes = this.holes.map((hole) => (hole.start >= end ? { start: hole.start + by, end: hole.end + by } : hole))
    this.marked = { start: start + text.length, end: start + text.length }
  }

  private fillIn(snippet: string): void {
    const { start } = this.marked
    const own: (Hole & { readonly number: number })[] = []
    let plain = ''
    const part = /\$\{(\d+)(?::((?:\$\{\{.*?\\\}\\\}|[^}])*))?\}|\\([$}])/y
    for (let index = 0; index < snippet.length; ) {
      part.lastIndex = index
      const match = part.exec(snippet)
      if (match?.[1] !== undefined) {
        const word = (match[2] ?? '').replaceAll('\\}', '}')
        own.push({ number: Number(match[1]), start: start + plain.length, end: start + plain.length + word.length })
        plain += word
      } else plain += match ? match[3] : snippet[index]
      index = match ? part.lastIndex : index + 1
    }
    this.put(plain)
    const [first, ...rest] = own.sort((a, b) => a.number - b.number)
    this.holes = [...rest, ...this.holes]
    if (first) this.marked = first
  }
}

/** One of them: a person does it, an executor does it, or people decide. */
function addStep(typist: Typist, step: number): void {
  if (step % 3 === 0) {
    typist.choose('manual step').type(`tell_${step}`).tab().type(`Tell them ${step}`).tab().type('Call the desk')
    typist.tab().choose('operator').enter(8)
    typist.choose('duration').choose('expected').choose('5m').enter().choose('worst').choose('10m')
  } else if (step % 3 === 1) {
    typist.choose('action step').type(`look_${step}`).tab().type(`Look ${step}`).tab()
    typist.choose('check.tcp').type('443').enter().choose('host').type('example.org').enter(8)
    typist.choose('deadline').choose('5m')
  } else {
    typist.choose('gate', 'snippet').type(`go_${step}`).tab().type(`Go on ${step}`).tab().choose('operator')
  }
}

test('a person who has never seen the language writes a correct ten-step runbook with completion alone', async () => {
  const typist = new Typist()
  typist.choose('rollbook: runbook/v1').choose('name').type('night').enter()
  typist.choose('title').type('Upgrade of the night').enter().choose('version').type('1.0.0').enter()
  typist.choose('roles').choose('role').type('operator').tab().type('Operator').enter(0)
  typist.choose('phases').choose('phase preparation', 'snippet').tab().tab()
  typist.type('first').tab().type('First look').tab().choose('check.dns').type('example.org')
  for (let step = 2; step <= 10; step += 1) addStep(typist.enter(6), step)
  const { findings, keys } = typist.done()
  expect(findings).toEqual([])
  expect(typist.text.match(/^ {6}- id: \w+$/gm)).toHaveLength(10)
  await expect(`${keys.join('\n')}\n\n${typist.text}`).toMatchFileSnapshot('../golden/service/ten-steps.txt')
})
