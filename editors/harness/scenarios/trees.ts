import { deepEqual, match } from 'node:assert/strict'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'

const file = 'cato-sockets.yaml'

export const trees: Scenario = {
  name: 'trees',
  title: 'phases and covered requirements stand at the side, the state of the runbook at the foot',
  async play({ workbench, folder, picture }) {
    await workbench.openRunbook(file)
    await workbench.goTo(folder.find(file, '      - id: so|ckets\n'))
    await workbench.command('Rollbook: Focus on Phases View')
    await eventually(async () => {
      const rows = await workbench.rows('Phases')
      deepEqual(rows.slice(0, 3), [
        'Preparationpreparation',
        'Meet the connectivity requirements for upgradesby hand',
        'Look which versions are offeredcato.available_versions',
      ])
    })
    await eventually(async () => match((await workbench.rows('Requirements'))[0] ?? '', /^CATO-01Majors are/))
    await eventually(async () =>
      match((await workbench.pane('Requirements').locator('.pane-header').allInnerTexts()).join(), /51 of 51 covered/),
    )
    await eventually(async () => {
      const items = (await workbench.statusItems()).join('\n')
      match(items, /^cato-sockets\.inventory\.yaml$/m)
      match(items, /^cato-sockets\.values\.yaml$/m)
      match(items, /^fits its windows$/m)
    })
    await workbench.page.mouse.move(900, 400)
    await picture('phases-and-requirements')

    // One mistake: nothing covers four of them any more.
    const place = folder.find(file, '        covers: [CATO-46, CATO-48, CATO-49, CATO-50]|')
    await workbench.goTo(place)
    await workbench.press('Control+Shift+k')
    const requirements = workbench.pane('Requirements')
    await requirements.locator('.pane-header').hover()
    await requirements.locator('.action-label[aria-label^="Show Only What Nothing Covers"]').click()
    await eventually(async () =>
      deepEqual(
        (await workbench.rows('Requirements')).map((row) => row.slice(0, 'CATO-46'.length)),
        ['CATO-46', 'CATO-48', 'CATO-49', 'CATO-50'],
      ),
    )
    match((await requirements.locator('.pane-header').allInnerTexts()).join(), /47 of 51 covered/)
    match((await workbench.statusItems()).join('\n'), /^no plan$|before$/m)
    await workbench.page.mouse.move(900, 600)
    await workbench.page.locator('.workbench-hover-container').waitFor({ state: 'detached' })
    await picture('uncovered')
  },
}
