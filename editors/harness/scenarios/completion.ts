import { deepEqual, match, ok } from 'node:assert/strict'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'

const file = 'cato-sockets.yaml'

export const completion: Scenario = {
  name: 'completion',
  title: 'inside an expression its roots and then their members are offered with their types',
  async play({ workbench, folder, picture }) {
    await workbench.openRunbook(file)
    await workbench.goTo(folder.find(file, '          subject: "Socket upgrade to ${{ inputs.release }} in| the next'))
    await workbench.type(' ${{ ')
    const roots = await workbench.shownSuggestions()
    ok(roots.includes('inputs, Variable') && roots.includes('steps, Variable'), roots.join('\n'))
    await workbench.type('inputs.')
    await eventually(async () => {
      const members = await workbench.shownSuggestions()
      deepEqual(members.slice(0, 2), ['release, text, Field', 'mailing_list, list of text, Field'])
    })
    await picture('completion-in-expression')
    await workbench.type('re')
    await eventually(async () =>
      deepEqual(await workbench.shownSuggestions(), ['release, text, Field', 'rest_stagger, text, Field']),
    )
    await workbench.press('Enter')
    await eventually(async () =>
      match((await workbench.lines()).join('\n'), /in \$\{\{ inputs\.release ?\}\} the next/),
    )
  },
}
