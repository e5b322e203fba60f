import { UsageError } from '../base/error.ts'
import type { CommandRun } from './command.ts'

/** Each emulator is loaded only when it is asked for. */
const emulators: Readonly<Record<string, () => Promise<CommandRun>>> = {
  aviatrix: async () => (await import('./emulate-aviatrix.ts')).emulateAviatrix,
  cato: async () => (await import('./emulate-cato.ts')).emulateCato,
  cleanroom: async () => (await import('./emulate-cleanroom.ts')).emulateCleanroom,
  stackato: async () => (await import('./emulate-stackato.ts')).emulateStackato('helion'),
  'stackato-3.0': async () => (await import('./emulate-stackato.ts')).emulateStackato('3.0'),
}

/** `rollbook emulate SYSTEM`: a system to practise on, until Ctrl-C. */
export const emulate: CommandRun = async (call, io) => {
  const system = call.positionals[0] ?? ''
  const load = Object.hasOwn(emulators, system) ? emulators[system] : undefined
  if (load === undefined) {
    throw new UsageError('EMULATOR_UNKNOWN', `there is no emulator of "${system}"`, {
      hint: `There are ${Object.keys(emulators).join(' and ')}.`,
    })
  }
  return await (await load())(call, io)
}
