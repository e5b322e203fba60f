import { equal, match } from 'node:assert/strict'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'

const file = 'cato-sockets.yaml'

export const notes: Scenario = {
  name: 'notes',
  title: 'notes in the text tell what it comes to, and lines above it can be clicked',
  async play({ workbench, folder, picture }) {
    await workbench.openRunbook(file)
    const lenses = workbench.page.locator('.codelens-decoration')
    await eventually(async () => {
      const shown = (await lenses.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))
      match(shown[0] ?? '', /^Plan \| Simulate/)
      equal(shown[2], '2 steps cover this')
    })
    await picture('lenses')
    await workbench.goTo(folder.find(file, '    select: target.kind == "so|cket"\n    version'))
    await eventually(async () => {
      const lines = (await workbench.lines()).join('\n')
      match(lines, /select: target\.kind == "socket" ?matches 8 targets/)
      match(lines, /- id: maintenance ?opens Sun 01:00/)
    })
    await picture('notes')
  },
}
