import type { Executor } from 'rollbook'
import { firmware } from './actions/firmware.ts'
import { get } from './actions/get.ts'
import { note } from './actions/note.ts'
import { put } from './actions/put.ts'

/** Four actions: one that reads, one that can be repeated, one that cannot, and one that takes its time. */
export const executor: Executor = {
  name: 'shelf',
  title: 'Shelf appliance',
  description:
    'Reads and changes the settings of a Shelf, keeps its logbook, and installs its firmware, over its HTTP interface. Needs a system of kind `shelf` with its address and the secret `settings.token`.',
  contract: 1,
  actions: [get, put, note, firmware],
}
