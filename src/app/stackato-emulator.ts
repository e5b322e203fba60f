/** The emulated cluster, for the doors. */
export {
  type EditionName,
  type FaultDefinition,
  faultsOf,
  type StackatoEmulator,
  type StackatoEmulatorOptions,
  startStackatoEmulator,
} from '../executors/stackato/emulator/index.ts'
