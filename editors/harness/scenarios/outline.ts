import { deepEqual, match } from 'node:assert/strict'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'

const file = 'cato-sockets.yaml'

export const outline: Scenario = {
  name: 'outline',
  title: 'the outline shows phases and, inside them, steps by their titles',
  async play({ workbench, folder, picture }) {
    await workbench.openRunbook(file)
    await workbench.goTo(folder.find(file, '      - id: so|ckets'))
    await workbench.command('Explorer: Focus on Outline View')
    const view = workbench.pane('Outline')
    // The outline gets the height of the files.
    await workbench.page.locator('.pane-header[aria-label^="Explorer Section"]').click()
    // Requirements are one row: they have a view of their own, and phases are what the author works in.
    await eventually(async () => {
      const rows = await workbench.rows('Outline')
      const at = rows.findIndex((row) => /^Requirements\d+$/.test(row))
      match(rows[at] ?? rows.join(' | '), /^Requirements\d+$/)
      match(rows[at + 1] ?? '', /^Inputs/)
    })
    await view.locator('.pane-header').hover()
    await view.locator('.action-label[aria-label^="Collapse All"]').click()
    await eventually(async () => {
      const rows = await workbench.rows('Outline')
      deepEqual(rows.slice(-4), [
        'Preparationprepare · preparation',
        'Upgradeupgrade · upgrade',
        'Acceptanceaccept · acceptance',
        'Follow-upfollow_up · closing',
      ])
    })
    await view.locator('.monaco-list-row', { hasText: 'upgrade · upgrade' }).click()
    await workbench.press('ArrowRight')
    await view.locator('.monaco-list-row', { hasText: 'Five first' }).click()
    await workbench.press('ArrowRight')
    await eventually(async () => {
      const shown = (await workbench.rows('Outline')).join('\n')
      for (const part of [
        /sockets · rollout/,
        /primaries · wave/,
        /kpi · health · cato\.kpi/,
        /report_by_hand · manual/,
      ])
        match(shown, part)
    })
    await picture('outline')
  },
}
