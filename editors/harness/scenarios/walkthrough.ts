import { equal, match, ok } from 'node:assert/strict'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'

export const walkthrough: Scenario = {
  name: 'walkthrough',
  title: 'the walkthrough leads to a first runbook',
  async play({ workbench, picture }) {
    await workbench.command('Welcome: Open Walkthrough...')
    await workbench.choose('Your first runbook')
    const page = workbench.page.locator('.gettingStartedDetailsContent')
    await page.waitFor()
    await eventually(async () => {
      const text = (await page.allInnerTexts()).join('\n')
      match(text, /Your first runbook/)
      for (const step of [/Open a runbook/, /Write with completion/, /See the plan beside the text/]) match(text, step)
    })
    await workbench.webView(/A runbook is one YAML file/)
    await picture('walkthrough')
    await page.getByRole('button', { name: 'New Runbook' }).click()
    await eventually(async () => {
      equal((await workbench.lines())[0], 'rollbook: runbook/v1')
      ok((await workbench.statusItems()).includes('Rollbook'))
    })
  },
}
