import { equal, match, notEqual } from 'node:assert/strict'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'
import type { Workbench } from '../workbench.ts'

const file = 'cato-sockets.yaml'

/** The colour of a word in the only visible line that begins so. */
async function colourOf(workbench: Workbench, line: string, word: string): Promise<string> {
  const found = await workbench.page.evaluate(`(() => {
    const lines = [...document.querySelectorAll('.monaco-editor .view-lines .view-line')]
    const line = lines.find((line) => line.textContent.replaceAll('\\u00a0', ' ').trim().startsWith(${JSON.stringify(line)}))
    const words = [...(line?.querySelectorAll('span span') ?? [])]
    const word = words.find((word) => word.textContent.replaceAll('\\u00a0', ' ').trim() === ${JSON.stringify(word)})
    return word === undefined ? 'nothing reads so: ' + words.map((word) => word.textContent).join('|') : getComputedStyle(word).color
  })()`)
  return String(found)
}

export const colours: Scenario = {
  name: 'colours',
  title: 'colours tell what a name stands for, also inside expressions',
  async play({ workbench, folder }) {
    await workbench.openRunbook(file)
    await workbench.goTo(folder.find(file, '          lanes: target.time_|zone'))
    const colour = (line: string, word: string): Promise<string> => colourOf(workbench, line, word)
    await eventually(async () => {
      // The same word: a step where it is named, a component where it is used.
      const step = await colour('- id: sockets', 'sockets')
      const component = await colour('component: sockets', 'sockets')
      const text = await colour('title: Five first', 'Five first, then the rest, secondaries last')
      const root = await colour('lanes: target', 'target')
      const member = await colour('to: "', 'release')
      const all = [step, component, text, root, member]
      for (const found of all) match(found, /^rgb\(/)
      notEqual(step, component)
      notEqual(root, member)
      // Colours come in two waves, from the grammar and from what names stand for; without the second, ids are plain text.
      equal(all.filter((found) => found === text).length, 1)
    })
    // In braces, behind an expression that holds a string, a key is a key again.
    await workbench.goTo(folder.find(file, '            - {id: primaries, title: Remaining| Sockets'))
    await eventually(async () => {
      const key = await colour('- {id: primaries', 'select')
      match(key, /^rgb\(/)
      equal(await colour('- {id: primaries', 'stagger'), key)
    })
  },
}
