/** The emulated controller, for the doors. */
export {
  type AviatrixEmulator,
  type AviatrixEmulatorOptions,
  faultDefinitions,
  startAviatrixEmulator,
} from '../executors/aviatrix/emulator/index.ts'
