import { equal, match } from 'node:assert/strict'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'

export const answers: Scenario = {
  name: 'answers',
  title: 'a file of answers is of our language and is checked; a file of values stays YAML and is understood',
  async play({ workbench, folder }) {
    const file = 'cato-sockets.answers.yaml'
    folder.write(file, folder.read(file).replace('{choice: done, by: Olaf', '{chioce: done, by: Olaf'))
    await workbench.openFile(file)
    await eventually(async () => equal(await workbench.statusText('Rollbook'), 'Rollbook'))
    await eventually(async () =>
      match((await workbench.problems()).join('\n'), /cato-sockets\.answers\.yaml[\s\S]*chioce/),
    )
    await workbench.openFile('cato-sockets.values.yaml')
    await eventually(async () => equal(await workbench.statusText('YAML'), 'YAML'))
  },
}
