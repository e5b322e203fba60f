export { type FaultDefinition, faultDefinitions } from './faults.ts'
export { missingForHosts } from './requirements.ts'
export {
  type CleanroomEmulator,
  type CleanroomEmulatorOptions,
  type EmulatedDebianHost,
  startCleanroomEmulator,
} from './start.ts'
