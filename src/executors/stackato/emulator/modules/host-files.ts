import type { EmulatedNode } from '../cluster.ts'
import { installCode, installStockFiles } from '../release-files.ts'
import type { Sandbox } from '../sandbox.ts'

/** The vendor's folder for latches, and its script that brings `kato` back. */
export const latchFolder = 'var/stackato/upgrade/tmp/module-latches'
const fixScript = 'var/stackato/upgrade/fix-kato.sh'

/** Places that the vendor does not name; they are the emulator's own. */
export const failureMarker = 'var/stackato/upgrade/tmp/upgrade-failed'
export const downloadFolder = 'var/stackato/upgrade/tmp/downloads'
export const cacheFolder = 'var/stackato/upgrade/cache'
export const backupFolder = 'var/stackato/upgrade/backup'
const moduleFolder = 's/modules'

export function prepareModulesHost(sandbox: Sandbox, node: EmulatedNode): void {
  installStockFiles(sandbox, node.version)
  installCode(sandbox, node.version)
  for (const module of Object.keys(node.components)) installModule(sandbox, module, node.version)
  sandbox.program('home/stackato/bin/kato', 'kato', true)
  sandbox.program(fixScript, 'fix-kato', true)
}

/** Puts the whole copy of a module in place. */
export function installModule(sandbox: Sandbox, module: string, version: string): void {
  sandbox.remove(`${moduleFolder}/${module}/VERSION.partial`)
  sandbox.write(`${moduleFolder}/${module}/VERSION`, `${version}\n`)
}

/** What an installation that is under way, or was cut off, has put there so far. */
export function beginModule(sandbox: Sandbox, module: string, version: string): void {
  sandbox.remove(`${moduleFolder}/${module}`)
  sandbox.write(`${moduleFolder}/${module}/VERSION.partial`, `${version}\n`)
}

export function isPartial(sandbox: Sandbox, module: string): boolean {
  return sandbox.exists(`${moduleFolder}/${module}/VERSION.partial`)
}

export function removeModule(sandbox: Sandbox, module: string): void {
  sandbox.remove(`${moduleFolder}/${module}`)
}
