export type { ClusterState } from './cluster.ts'
export type { EffectRecord } from './effect-log.ts'
export { type FaultDefinition, faultDefinitions } from './faults.ts'
export {
  type EmulatedHost,
  type StackatoEmulator,
  type StackatoEmulatorOptions,
  startStackatoEmulator,
} from './start.ts'
