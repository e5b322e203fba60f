export type { ClusterState } from './cluster.ts'
export type { EditionName } from './editions.ts'
export type { EffectRecord } from './effect-log.ts'
export type { FaultDefinition } from './faults.ts'
export {
  type EmulatedHost,
  faultsOf,
  type StackatoEmulator,
  type StackatoEmulatorOptions,
  startStackatoEmulator,
} from './start.ts'
