/** The emulated cluster, for the doors. */
export {
  type FaultDefinition,
  faultDefinitions,
  type StackatoEmulator,
  type StackatoEmulatorOptions,
  startStackatoEmulator,
} from '../executors/stackato/emulator/index.ts'
