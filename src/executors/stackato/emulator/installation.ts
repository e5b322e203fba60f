import type { EmulatedNode } from './cluster.ts'
import { ownedFolders } from './components.ts'
import { logEffect } from './kato-nodes.ts'
import { installCode, installCodeFolder, installStockFiles } from './release-files.ts'
import type { KatoCall } from './world.ts'

/** Puts `kato` on a node, or takes it away. */
export function setKato(call: KatoCall, node: EmulatedNode, present: boolean): void {
  node.kato_present = present
  call.world.sandbox(node.name).program('home/stackato/bin/kato', 'kato', present)
  call.world.save()
}

/** What people changed below /s is lost as the vendor says, when the component is installed that owns it. */
export function replaceFiles(call: KatoCall, node: EmulatedNode, component: string, version: string): void {
  const sandbox = call.world.sandbox(node.name)
  for (const folder of ownedFolders[component] ?? [])
    installCodeFolder(sandbox, folder.slice('s/code/'.length), version)
  if (component !== 'stackato-base') return
  installStockFiles(sandbox, version)
  installCode(sandbox, version)
  logEffect(call, 'loss', `${node.name}: customisations below /s/code and edits below /s/etc and /s/static`)
}
