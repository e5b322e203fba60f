/** The emulated platform of real Debian hosts, for the doors. */
export {
  type CleanroomEmulator,
  type CleanroomEmulatorOptions,
  faultDefinitions,
  missingForHosts,
  startCleanroomEmulator,
} from '../executors/debian/emulator/index.ts'
