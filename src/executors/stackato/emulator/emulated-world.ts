import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildCluster, type ClusterPlan, type ClusterState } from './cluster.ts'
import { EffectLog } from './effect-log.ts'
import type { Faults } from './faults.ts'
import { Sandbox } from './sandbox.ts'
import { Pace } from './timing.ts'
import type { Edition, World } from './world.ts'

export interface WorldSettings {
  readonly directory: string
  readonly edition: Edition
  readonly nodes: number
  readonly version: string
  readonly release: string
  readonly speed: number
  readonly password: string
  readonly faults: Faults
  readonly dropConnections: (node: string) => void
  readonly reboot: (node: string, seconds: number) => void
}

export const stateFileOf = (directory: string): string => join(directory, 'state.json')
export const effectsFileOf = (directory: string): string => join(directory, 'effects.jsonl')

/** Builds the cluster in memory and one folder per host; nothing listens yet. */
export function makeWorld(settings: WorldSettings): World {
  const { directory, edition } = settings
  const plan: ClusterPlan = {
    edition: edition.name,
    nodes: settings.nodes,
    version: settings.version,
    release: settings.release,
    patches: edition.patches(),
  }
  const state: ClusterState = buildCluster(plan)
  const sandboxes = new Map(
    state.nodes.map((node) => [node.name, new Sandbox(join(directory, 'nodes', node.name), node.name)]),
  )
  const { faults } = settings
  const pace = new Pace(settings.speed)
  const file = stateFileOf(directory)
  return {
    state,
    faults,
    effects: new EffectLog(effectsFileOf(directory)),
    pace,
    password: settings.password,
    edition,
    sandbox: (node) => sandboxes.get(node)!,
    save: () => {
      // Renamed into place: a reader sees the state before or after a change, never a half.
      writeFileSync(`${file}.part`, `${JSON.stringify(state, null, 2)}\n`)
      renameSync(`${file}.part`, file)
      for (const node of state.nodes) sandboxes.get(node.name)!.refresh(node)
    },
    reachable: (node) => !faults.active.some((fault) => isOut(fault.name, fault.parameters, node, pace.elapsed())),
    dropConnections: settings.dropConnections,
    reboot: settings.reboot,
  }
}

function isOut(name: string, [node, span]: readonly string[], asked: string, elapsed: number): boolean {
  if (name !== 'node-unreachable' || node !== asked) return false
  const { from, to } = spanOf(span)
  return elapsed >= from && elapsed < to
}

/** Reads `from..to` in emulated seconds; either may be missing. */
export function spanOf(span: string | undefined): { readonly from: number; readonly to: number } {
  const [from, to] = (span ?? '').split('..')
  return { from: Number(from || 0), to: to ? Number(to) : Number.POSITIVE_INFINITY }
}
