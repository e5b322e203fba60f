import { expect, it } from 'vitest'
import type { AviatrixEmulatorOptions } from '../../../src/executors/aviatrix/emulator/options.ts'
import { startAviatrixEmulator } from '../../../src/executors/aviatrix/emulator/start.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

it.each<readonly [string, Omit<AviatrixEmulatorOptions, 'directory'>, string]>([
  ['EMULATOR_GATEWAYS', { gateways: 0 }, 'Give 1 to 5000.'],
  ['EMULATOR_SPEED', { speed: -1 }, 'Give a number above 0'],
  ['EMULATOR_VERSION', { release: 'newest' }, 'Write 6.6.123.'],
  ['EMULATOR_VERSION', { installed: '6.6' }, 'Write 6.6.123.'],
  ['EMULATOR_VERSION', { installed: '6.8.1148', release: '6.6.123' }, 'newer than --installed'],
  ['EMULATOR_VERSION', { installed: '6.8.1148', previous: '6.8.1148' }, 'older than --installed'],
  ['EMULATOR_VERSION', { previous: 'old' }, 'Write 6.6.123.'],
  ['FAULT_UNKNOWN', { faults: ['gremlins'] }, 'Known faults: '],
  ['FAULT_INCOMPLETE', { faults: ['gateway-fails'] }, 'Write gateway-fails:gateway'],
  ['FAULT_INCOMPLETE', { faults: ['gateway-down:spoke-use1-1:soon'] }, '10m..40m'],
  ['FAULT_TARGET_UNKNOWN', { faults: ['gateway-fails:nobody'] }, 'see inventory.yaml'],
  ['FAULT_TARGET_UNKNOWN', { faults: ['audit-fails:nobody'] }, 'aws-main'],
  ['FAULT_TARGET_UNKNOWN', { faults: ['dry-run-error:nobody'] }, 'see inventory.yaml'],
])('%s: an emulated network that cannot be is refused before it starts (%j)', async (code, options, hint) => {
  await expect(startAviatrixEmulator({ directory: temporaryFolder(), ...options })).rejects.toMatchObject({
    code,
    hint: expect.stringContaining(hint) as string,
  })
})
