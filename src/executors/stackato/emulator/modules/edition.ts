import type { Edition } from '../world.ts'
import { modulesFaults } from './faults.ts'
import { fixKato } from './fix-kato.ts'
import { prepareModulesHost } from './host-files.ts'
import { nodeUpgrade } from './node-upgrade.ts'

/** Stackato 3.0 to 3.2: upgrades by the module upgrader of kato itself. The patches are the emulator's own. */
export const stackato30: Edition = {
  name: '3.0',
  title: 'Stackato 3.0',
  releases: { installed: '3.0.1', newest: '3.2.1' },
  faults: modulesFaults,
  patches: () => [
    {
      id: 1,
      name: 'upgrade-support',
      purpose: 'Lets kato upgrade nodes in place',
      roles: ['base'],
      needed_to_upgrade: true,
      installed: false,
    },
    {
      id: 2,
      name: 'dea-quota',
      purpose: 'Correct quota of new instances',
      roles: ['dea'],
      needed_to_upgrade: false,
      installed: false,
    },
  ],
  prepare: (world, node) => prepareModulesHost(world.sandbox(node.name), node),
  commands: { 'node upgrade': { effect: true, run: nodeUpgrade } },
  tools: { 'fix-kato': fixKato },
  serviceRestarted: () => false,
}
