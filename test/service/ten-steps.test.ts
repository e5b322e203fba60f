/**
 * Somebody who has never seen the language writes a runbook of ten steps: every word of the language is chosen from what
 * completion offers, and only what nobody can know but the author is typed. The keystrokes are kept in a golden file.
 */
import { expect, test } from 'vitest'
import { parseCalendar } from '../../src/calendar/index.ts'
import { allActions } from '../../src/executors/index.ts'
import { complete } from '../../src/service/completion.ts'
import { diagnose } from '../../src/service/diagnose.ts'
import { Workspace } from '../../src/service/workspace.ts'

/** An editor as far as typing goes: it indents like the line above, and stops at the holes of snippets. */
class Typist {
  readonly keys: string[] = []
  text = ''
  private readonly workspace = new Workspace({ actions: allActions, parseCalendar })
  private holes: number[] = []
  private at = 0
  private typed = 0
  private chosen = 0

  type(text: string): this {
    this.keys.push(`type ${JSON.stringify(text)}`)
    this.typed += text.length
    return this.insert(text)
  }

  /** Goes to the next hole of a snippet, or to the end. */
  tab(): this {
    this.keys.push('Tab')
    this.at = this.holes.shift() ?? this.text.length
    return this
  }

  enter(indent: number): this {
    this.keys.push(`Enter, to column ${indent}`)
    this.at = this.text.length
    this.text = this.text.replace(/[ \t]+$/, '')
    this.at = this.text.length
    return this.insert(`${this.text.endsWith('\n') || this.text === '' ? '' : '\n'}${' '.repeat(indent)}`)
  }

  /** Takes an entry of the list; that it is there is what this test is about. */
  choose(label: string): this {
    this.workspace.update('new.yaml', this.text)
    const items = complete(this.workspace, 'new.yaml', this.at)
    const position = items.findIndex((item) => item.label === label)
    expect(
      position,
      `"${label}" among ${items.map((item) => item.label).join(', ')} in\n${this.text}`,
    ).toBeGreaterThanOrEqual(0)
    this.keys.push(`choose ${JSON.stringify(label)}, number ${position + 1} of the list`)
    this.chosen += 1
    const item = items[position]!
    this.text = this.text.slice(0, item.range.start) + this.text.slice(item.range.end)
    this.at = item.range.start
    return this.insert(item.isSnippet === true ? item.insert : item.insert.replaceAll('$', '\\$'), true)
  }

  done(): { readonly codes: readonly string[]; readonly keys: readonly string[] } {
    this.workspace.update('new.yaml', this.text)
    const codes = diagnose(this.workspace, 'new.yaml').map(({ code, message }) => `${code} ${message}`)
    return { codes, keys: [...this.keys, `${this.chosen} choices, ${this.typed} letters typed`] }
  }

  private insert(text: string, isSnippet = false): this {
    const line = this.text.slice(this.text.lastIndexOf('\n', this.at - 1) + 1, this.at)
    const pad = ' '.repeat(line.length)
    const holes: { number: number; at: number }[] = []
    let plain = ''
    const indented = isSnippet && text.includes('${') ? text.replaceAll(/\n(?= {0,7}\S)/g, `\n${pad}`) : text
    const hole = /\$\{(\d+)(?::((?:\$\{\{.*?\\\}\\\}|[^}])*))?\}|\\([$}])/y
    for (let index = 0; index < indented.length; ) {
      hole.lastIndex = index
      const match = isSnippet ? hole.exec(indented) : null
      if (match) {
        if (match[3] !== undefined) plain += match[3]
        else holes.push({ number: Number(match[1]), at: this.at + plain.length })
        index = hole.lastIndex
      } else {
        plain += indented[index]
        index += 1
      }
    }
    this.text = this.text.slice(0, this.at) + plain + this.text.slice(this.at)
    this.holes = this.holes.map((each) => (each >= this.at ? each + plain.length : each))
    this.at += plain.length
    if (holes.length > 0) {
      const [first, ...rest] = holes.sort((a, b) => a.number - b.number).map((each) => each.at)
      this.holes = rest
      this.at = first!
    }
    return this
  }
}

test('a person who has never seen the language writes a correct ten-step runbook with completion alone', async () => {
  const typist = new Typist()
  typist.choose('rollbook: runbook/v1').choose('name').type('night')
  typist.enter(0).choose('title').type('Upgrade').enter(0).choose('version').type('1.0.0')
  typist.enter(0).choose('roles').type('operator:').enter(4).choose('title').type('Operator')
  typist.enter(0).choose('phases').choose('id').type('main')
  typist.enter(4).choose('kind').choose('upgrade').enter(4).choose('title').type('Main').enter(4).choose('steps')
  for (let step = 1; step <= 10; step += 1) {
    if (step > 1) typist.enter(6).type('- ')
    typist.choose('id').type(`step_${step}`).enter(8).choose('title').type(`Step ${step}`)
    if (step % 2 === 1) {
      typist.enter(8).choose('manual').type('Look').enter(8).choose('role').choose('operator')
    } else {
      typist.enter(8).choose('action').choose('check.tcp').type('443')
      typist.enter(10).choose('host').type('example.org').enter(8)
    }
    typist.enter(8).choose('duration').choose('expected').choose('5m').enter(10).choose('worst').choose('10m')
  }
  const { codes, keys } = typist.done()
  expect(codes).toEqual([])
  expect(typist.text.match(/- id: step_/g)).toHaveLength(10)
  await expect(`${keys.join('\n')}\n\n${typist.text}`).toMatchFileSnapshot('../golden/service/ten-steps.txt')
})
