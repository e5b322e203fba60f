/** Commands that hand over to the program: what it writes is read from the terminal and from the page. */
import { deepEqual, equal, match } from 'node:assert/strict'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'

const file = 'cato-sockets.yaml'

export const simulation: Scenario = {
  name: 'simulation',
  title: 'a simulation is chosen from the palette and plays in a terminal',
  async play({ workbench, picture }) {
    await workbench.openRunbook(file)
    await workbench.plan()
    await workbench.command('Rollbook: Simulate')
    await workbench.choose('cato-sockets.scenario.yaml')
    await eventually(async () => {
      const said = await workbench.terminal()
      match(said, /boston-1 +rolled back/)
      match(said, /succeeded with failures after 18 h 57 min/)
    }, 60_000)
    await picture('simulation')
  },
}

export const recipeBook: Scenario = {
  name: 'recipe-book',
  title: 'the recipe book stands beside the text',
  async play({ workbench, picture }) {
    // Nobody waits for a plan before.
    await workbench.openRunbook(file)
    await workbench.press('Control+b')
    await workbench.command('Rollbook: Preview the Recipe Book')
    const page = await workbench.webView(/RECIPE BOOK\s+Gradual upgrade of the Cato Sockets/i)
    const text = (await page.locator('body').allInnerTexts()).join('\n')
    match(text, /8 targets/)
    match(text, /Back-out plan/)
    await picture('recipe-book')
  },
}

export const guidedRun: Scenario = {
  name: 'guided-run',
  title: 'a guided run against an emulated system asks in a terminal, and goes on with the answer',
  async play({ workbench, picture }) {
    await workbench.openRunbook(file)
    await workbench.plan()
    await workbench.command('Rollbook: Run Against an Emulated System')
    await eventually(async () => match(await workbench.terminal(), /How did it go\?\n.* It is done/), 120_000)
    await workbench.command('View: Toggle Maximized Panel')
    await workbench.page.locator('.terminal-wrapper.active .xterm').click()
    await workbench.press('Enter')
    // The first step is the operator's own; the second is one that the program may do.
    await eventually(async () => match(await workbench.terminal(), /What now\?\n.* Run this step/), 60_000)
    match(await workbench.terminal(), /Look which versions are offered/)
    await picture('guided-run')
  },
}

export const plainRun: Scenario = {
  name: 'run-refused',
  title: 'a run that misses a secret is refused in a sentence',
  async play({ workbench }) {
    await workbench.openRunbook(file)
    await workbench.plan()
    await workbench.command('Rollbook: Run, Guided in a Terminal')
    await eventually(async () => {
      const said = (await workbench.terminal()).replaceAll('\n', ' ')
      match(said, /the environment has no variable CATO_API_KEY \[SECRET_MISSING\]/)
      equal(/ at .*\.mjs:\d+/.test(said), false)
    }, 60_000)
  },
}

export const validation: Scenario = {
  name: 'validate',
  title: 'the whole folder is validated in a terminal, as a task too, and what is found stands in the problems panel',
  async play({ workbench, folder }) {
    const inventory = 'cato-sockets.inventory.yaml'
    const right = folder.read(inventory)
    folder.write(inventory, right.replace('targets:', 'tragets:'))
    await workbench.openRunbook(file)
    await workbench.command('Rollbook: Validate the Workspace')
    await eventually(
      async () => match(await workbench.terminal(), /cato-sockets\.inventory\.yaml:\d+:\d+.*KEY_UNKNOWN/),
      60_000,
    )
    await workbench.command('View: Toggle Problems')
    await eventually(async () => match((await workbench.problems()).join('\n'), /no key "tragets"/))
    folder.write(inventory, right)
    await workbench.command('Tasks: Run Build Task')
    await workbench.choose('validate')
    await eventually(async () => deepEqual(await workbench.problems(), []), 60_000)
  },
}

export const resumed: Scenario = {
  name: 'resume',
  title: 'a run that was left goes on where it stood',
  async play({ workbench }) {
    await workbench.openRunbook(file)
    await workbench.command('Rollbook: Run Against an Emulated System')
    await eventually(async () => match(await workbench.terminal(), /How did it go\?\n.* It is done/), 120_000)
    await workbench.page.locator('.terminal-wrapper.active .xterm').click()
    await workbench.press('Control+c')
    await eventually(async () => match(await workbench.terminal(), /rollbook resume/), 30_000)
    await workbench.command('Rollbook: Resume a Run')
    await workbench.choose('paused')
    await eventually(async () => match(await workbench.terminal(), /How did it go\?\n.* It is done/), 120_000)
  },
}
