import { deepEqual, equal } from 'node:assert/strict'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'

export const problems: Scenario = {
  name: 'problems',
  title: 'a mistake stands in the problems panel with its code and advice, and the quick fix ends it',
  async play({ workbench, folder, picture }) {
    const right = folder.read('cato-sockets.yaml')
    const wrong = right.replace('            stagger: "${{', '            staggr: "${{')
    folder.write('cato-sockets.yaml', wrong)
    await workbench.openRunbook('cato-sockets.yaml')
    await workbench.goTo(folder.find('cato-sockets.yaml', '            st|aggr:'))
    await eventually(async () =>
      deepEqual(await workbench.problems(), [
        'cato-sockets.yaml 1',
        'unknown key "staggr" in a canary rollbook KEY_UNKNOWN [Ln 249, Col 13] did you mean "stagger"?',
      ]),
    )
    await picture('problems')

    await workbench.goTo(folder.find('cato-sockets.yaml', '            st|aggr:'))
    const [first] = await workbench.actions()
    equal(first, 'Change to "stagger"')
    await picture('quick-fix')
    await workbench.press('Enter')
    await eventually(async () => deepEqual(await workbench.problems(), []))
    await workbench.command('File: Save All Files')
    await eventually(async () => equal(folder.read('cato-sockets.yaml'), right))
  },
}
