/** The emulated account, for the doors. */
export {
  type CatoEmulator,
  type CatoEmulatorOptions,
  faultDefinitions,
  startCatoEmulator,
} from '../executors/cato/emulator/index.ts'
