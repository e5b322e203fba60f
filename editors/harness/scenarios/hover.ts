import { match } from 'node:assert/strict'
import type { Scenario } from '../scenario.ts'

const file = 'cato-sockets.yaml'

/** Places in the text, `|` marks the cursor, and what must be told there. */
const places: readonly { readonly at: string; readonly tells: readonly RegExp[]; readonly picture?: string }[] = [
  { at: '          la|nes: target.time_zone', tells: [/splits the targets into lanes/] },
  {
    at: 'action: cato.u|pgrade\n',
    tells: [/Upgrade the Socket/, /Arguments: .*to \(required\): The release to install/, /Outputs: version/],
    picture: 'hover-action',
  },
  { at: 'window: {ids: [main|tenance]', tells: [/Sundays 01:00 to 03:00/], picture: 'hover-window' },
  { at: 'count: "${{ inputs.initial_|group', tells: [/Sockets of each time zone that go first/, /integer/] },
  {
    at: '          to: "${{ inputs.re|lease }}"\n          window',
    tells: [/Release to install/, /18\.4\.1/, /cato-sockets\.values\.yaml/],
    picture: 'hover-value',
  },
  { at: '        covers: [CATO-4|6', tells: [/Failed: start a manual upgrade from the console/] },
]

export const hover: Scenario = {
  name: 'hover',
  title: 'a hover explains a key, an action, a window, a requirement, and the value of an input and its file',
  async play({ workbench, folder, picture }) {
    await workbench.openRunbook(file)
    for (const place of places) {
      await workbench.goTo(folder.find(file, place.at))
      const told = await workbench.hover()
      if (place.picture !== undefined) await picture(place.picture)
      for (const part of place.tells) match(told, part)
      await workbench.press('Escape')
    }
  },
}
