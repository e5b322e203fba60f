import { expect, it } from 'vitest'
import type { CatoEmulatorOptions } from '../../../src/executors/cato/emulator/options.ts'
import { startCatoEmulator } from '../../../src/executors/cato/emulator/start.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

it.each<readonly [string, Omit<CatoEmulatorOptions, 'directory'>, string]>([
  ['EMULATOR_SITES', { sites: 0 }, 'Give 1 to 20000.'],
  ['EMULATOR_SPEED', { speed: -1 }, 'Give a number above 0'],
  ['EMULATOR_ZONE', { zones: ['Mars/Base'] }, 'Europe/'],
  ['EMULATOR_VERSION', { release: 'newest' }, 'Write 18.4.1.'],
  ['EMULATOR_VERSION', { installed: '18.4.1', release: '17.0.9' }, 'newer than --installed'],
  ['FAULT_UNKNOWN', { faults: ['gremlins'] }, 'Known faults: '],
  ['FAULT_INCOMPLETE', { faults: ['bad-hash'] }, 'Write bad-hash:socket'],
  ['FAULT_TARGET_UNKNOWN', { sites: 2, faults: ['bad-hash:nobody'] }, 'see targets.csv'],
])('%s: an emulated fleet that cannot be is refused before it starts (%j)', async (code, options, hint) => {
  await expect(startCatoEmulator({ directory: temporaryFolder(), ...options })).rejects.toMatchObject({
    code,
    hint: expect.stringContaining(hint) as string,
  })
})
