import type { Sandbox } from '../sandbox.ts'
import { failureMarker, latchFolder } from './host-files.ts'

/** A latch is a file with the name of the module; people delete it to have the module installed once more. */
export function hasLatch(sandbox: Sandbox, module: string): boolean {
  return sandbox.exists(`${latchFolder}/${module}`)
}

export function writeLatch(sandbox: Sandbox, module: string, version: string): void {
  sandbox.write(`${latchFolder}/${module}`, `${version}\n`)
}

/** When the node is done all latches go, and so does what was left of a failure. */
export function clearLatches(sandbox: Sandbox): void {
  sandbox.remove(latchFolder)
  sandbox.remove(failureMarker)
}

export function markFailed(sandbox: Sandbox, problem: string): void {
  sandbox.write(failureMarker, `${problem}\n`)
}

/** After a failure the next run tolerates services that are missing. */
export function hasFailed(sandbox: Sandbox): boolean {
  return sandbox.exists(failureMarker)
}
