import { UsageError } from '../base/error.ts'
import type { CommandCall, CommandRun } from './command.ts'
import { listed } from './terminal-text.ts'

/** Each emulator is loaded only when it is asked for. */
const emulators: Readonly<Record<string, () => Promise<CommandRun>>> = {
  aviatrix: async () => (await import('./emulate-aviatrix.ts')).emulateAviatrix,
  cato: async () => (await import('./emulate-cato.ts')).emulateCato,
  cleanroom: async () => (await import('./emulate-cleanroom.ts')).emulateCleanroom,
  stackato: async () => (await import('./emulate-stackato.ts')).emulateStackato('helion'),
  'stackato-3.0': async () => (await import('./emulate-stackato.ts')).emulateStackato('3.0'),
}

/** Systems by the options that not all of them take. */
const systemsOf: Readonly<Record<string, readonly string[]>> = {
  nodes: ['stackato', 'stackato-3.0'],
  workstations: ['cleanroom'],
  agents: ['cleanroom'],
  edges: ['cleanroom'],
  gateways: ['aviatrix'],
  generation: ['aviatrix'],
  previous: ['aviatrix'],
  sites: ['cato'],
  zone: ['cato'],
  start: ['cato', 'aviatrix'],
  'shared-clock': ['cato', 'aviatrix'],
  speed: ['stackato', 'stackato-3.0', 'cato', 'aviatrix'],
}

/** `rollbook emulate SYSTEM`: a system to practise on, until Ctrl-C. */
export const emulate: CommandRun = async (call, io) => {
  const system = call.positionals[0] ?? ''
  const load = Object.hasOwn(emulators, system) ? emulators[system] : undefined
  if (load === undefined) {
    throw new UsageError('EMULATOR_UNKNOWN', `there is no emulator of "${system}"`, {
      hint: `There are ${listed(Object.keys(emulators))}.`,
    })
  }
  checkOptions(call, system)
  return await (await load())(call, io)
}

/** What the system knows nothing of is not passed over in silence. */
function checkOptions(call: CommandCall, system: string): void {
  for (const [option, systems] of Object.entries(systemsOf)) {
    if (call.list(option).length === 0 || systems.includes(system)) continue
    throw new UsageError('OPTIONS_CONFLICT', `--${option} is not for ${system}: it belongs to ${listed(systems)}`, {
      hint: 'Leave it out; "rollbook help emulate" tells which options belong to which system.',
    })
  }
}
