import { deepEqual } from 'node:assert/strict'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'
import type { Folder } from '../workspace.ts'

const files = ['cato-sockets.yaml', 'cato-sockets.answers.yaml', 'cato-sockets.scenario.yaml'] as const

/** Lines that hold one of the names, by file. */
function naming(folder: Folder, names: RegExp): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    files.map((file) => [
      file,
      folder
        .read(file)
        .split('\n')
        .filter((line) => names.test(line))
        .map((line) => line.trim()),
    ]),
  )
}

export const rename: Scenario = {
  name: 'rename',
  title: 'renaming a step changes the runbook and every other file that names the step',
  async play({ workbench, folder, picture }) {
    deepEqual(naming(folder, /announce_by_hand/), {
      'cato-sockets.yaml': ['- id: announce_by_hand'],
      'cato-sockets.answers.yaml': ['announce_by_hand: {choice: done, by: Mara, role: change_manager}'],
      'cato-sockets.scenario.yaml': ['- {step: announce_by_hand, fixed: 0s}'],
    })
    await workbench.openRunbook(files[0])
    await workbench.goTo(folder.find(files[0], 'id: announce_|by_hand'))
    await workbench.press('F2')
    const input = workbench.page.locator('.rename-box input')
    await input.waitFor()
    await input.fill('tell_list')
    await workbench.press('Control+Enter')
    const preview = workbench.page.locator('.bulk-edit-panel .monaco-list-row')
    await preview.first().waitFor()
    await eventually(async () =>
      deepEqual(await preview.allInnerTexts(), [
        'cato-sockets.answers.yaml',
        'announce_by_handtell_list: {choice: done, by: Mara, role: change_manager}',
        'cato-sockets.scenario.yaml',
        '- {step: announce_by_handtell_list, fixed: 0s}',
        'cato-sockets.yaml',
        '- id: announce_by_handtell_list',
      ]),
    )
    await picture('rename')
    await workbench.page.locator('.bulk-edit-panel').getByRole('button', { name: 'Apply' }).click()
    await workbench.page.locator('.view-line', { hasText: 'id: tell_list' }).waitFor()
    await workbench.command('File: Save All Files')
    await eventually(async () =>
      deepEqual(naming(folder, /announce_by_hand|tell_list/), {
        'cato-sockets.yaml': ['- id: tell_list'],
        'cato-sockets.answers.yaml': ['tell_list: {choice: done, by: Mara, role: change_manager}'],
        'cato-sockets.scenario.yaml': ['- {step: tell_list, fixed: 0s}'],
      }),
    )
    deepEqual(await workbench.problems(), [])
  },
}
