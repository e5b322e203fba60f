import { match } from 'node:assert/strict'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'

const file = 'cato-sockets.yaml'

export const tasks: Scenario = {
  name: 'tasks',
  title:
    'the plan and the simulation of the runbook stand in the list of tasks, with its inventory and values, and run',
  async play({ workbench, picture }) {
    await workbench.openRunbook(file)
    await workbench.plan()
    const run = async (task: string): Promise<void> => {
      await workbench.press('F1')
      const input = workbench.page.locator('.quick-input-widget .quick-input-box input')
      await input.fill('task ')
      const rows = workbench.page.locator('.quick-input-list .monaco-list-row')
      await rows
        .filter({ hasText: /^\W*rollbook\W*$/ })
        .first()
        .click()
      await rows
        .filter({ hasText: `${task} ${file}` })
        .first()
        .waitFor()
      if (task === 'plan') await picture('tasks')
      await workbench.choose(`${task} ${file}`)
      // A task without a matcher of its own is asked for one.
      const scan = rows.filter({ hasText: 'Continue without scanning' })
      if (await scan.isVisible().catch(() => false)) await scan.click()
    }
    await run('plan')
    await eventually(
      async () => match(await workbench.terminal(), /Digest sha256:|51 of 51 requirements covered/),
      60_000,
    )
    await run('simulate')
    await eventually(async () => match(await workbench.terminal(), /succeeded after/), 60_000)
  },
}
