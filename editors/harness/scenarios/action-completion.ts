import { equal, match } from 'node:assert/strict'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'

const file = 'cato-sockets.yaml'

export const actionCompletion: Scenario = {
  name: 'action-completion',
  title: 'a step is typed with the right indentation, and actions are offered with their documentation',
  async play({ workbench, folder, picture }) {
    await workbench.openRunbook(file)
    await workbench.press('Control+b')
    const { line } = folder.find(file, '    title: Acceptance\n    steps:|\n')
    await workbench.goTo({ line, column: '    steps:'.length + 1 })
    await workbench.press('Enter')
    await workbench.type('- id: look')
    await workbench.press('Escape', 'Enter')
    await workbench.type('action: cato.ha')
    await eventually(async () =>
      equal((await workbench.shownSuggestions())[0], 'cato.ha_ready, Look whether the HA pair is ready, Function'),
    )
    await workbench.press('Control+Space')
    await eventually(async () => {
      const told = (await workbench.page.locator('.suggest-details').allInnerTexts()).join('\n')
      match(told, /Reads the readiness of the target’s HA pair/)
      match(told, /changes nothing, runs on targets, may be repeated/)
    })
    await picture('completion-of-actions')
    await workbench.press('Enter')
    await eventually(async () => match((await workbench.lines()).join('\n'), /action: cato\.ha_ready\n/))
    await workbench.command('File: Save All Files')
    await eventually(async () =>
      equal(
        folder
          .read(file)
          .split('\n')
          .slice(line - 1, line + 2)
          .join('\n'),
        '    steps:\n      - id: look\n        action: cato.ha_ready',
      ),
    )
  },
}
