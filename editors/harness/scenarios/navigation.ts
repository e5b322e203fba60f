import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'

const file = 'cato-sockets.yaml'

export const navigation: Scenario = {
  name: 'navigation',
  title: 'a name leads to where it is declared and to everything that uses it',
  async play({ workbench, folder }) {
    await workbench.openRunbook(file)
    await workbench.goTo(folder.find(file, '          component: so|ckets'))
    await workbench.press('F12')
    const { line, column } = folder.find(file, 'components:\n  |sockets:')
    await eventually(async () => equal(await workbench.statusText('Ln '), `Ln ${line}, Col ${column}`))

    await workbench.goTo(folder.find(file, '      - id: so|ckets\n'))
    await workbench.press('Shift+F12')
    const title = workbench.page.locator('.peekview-title')
    await title.waitFor()
    const [found = ''] = await title.allInnerTexts()
    match(found, /References \(\d+\)/)
    const rows = await workbench.page.locator('.zone-widget .ref-tree .monaco-list-row').allInnerTexts()
    // Only what names the step, and not the component of the same name.
    ok(rows.length > 5)
    deepEqual(
      rows.filter((row) => !/steps\.sockets\.outputs|- id: sockets/.test(row)),
      [],
    )
  },
}
