import type { ClusterState, EmulatedNode, EmulatedPatch } from './cluster.ts'
import type { EffectLog } from './effect-log.ts'
import type { FaultDefinition, Faults } from './faults.ts'
import type { Sandbox } from './sandbox.ts'
import type { Pace } from './timing.ts'
import type { ToolCall } from './tool-bridge.ts'

/** Everything that the commands of an emulated cluster share. */
export interface World {
  readonly state: ClusterState
  readonly faults: Faults
  readonly effects: EffectLog
  readonly pace: Pace
  /** Password of the user `stackato` for sudo. */
  readonly password: string
  readonly edition: Edition
  sandbox(node: string): Sandbox
  /** Writes `state.json` and the figures of the hosts. */
  save(): void
  /** Says whether the network reaches the node now. */
  reachable(node: string): boolean
  /** Cuts all SSH connections to the node; its processes go on. */
  dropConnections(node: string): void
  /** Ends every process of the host and closes its port for so many emulated seconds; does not wait. */
  reboot(node: string, seconds: number): void
}

export interface KatoCall extends ToolCall {
  readonly world: World
  /** The node on which the command was typed. */
  readonly here: EmulatedNode
  /** Waits emulated seconds; ends with the calling process. */
  pause(seconds: number): Promise<void>
}

/** A command gives its exit code. */
export type KatoCommand = (call: KatoCall, args: readonly string[]) => Promise<number>

export interface KatoEntry {
  /** True for a command that changes something: it is logged as an effect. */
  readonly effect: boolean
  readonly run: KatoCommand
}

/** What one edition of the product adds to the common commands. */
export interface Edition {
  /** As inventories and `state.json` name it. */
  readonly name: string
  /** As people name it. */
  readonly title: string
  /** What is installed, and the newest release of the vendor, unless said otherwise. */
  readonly releases: { readonly installed: string; readonly newest: string }
  /** Faults that only this edition knows. */
  readonly faults: readonly FaultDefinition[]
  /** Patches of the installed release, fresh for each cluster. */
  patches(): EmulatedPatch[]
  /** Writes the edition's own files on a new host. */
  prepare(world: World, node: EmulatedNode): void
  /** Further `kato` commands, by their words. */
  readonly commands: Readonly<Record<string, KatoEntry>>
  /** Further programs, by name. */
  readonly tools: Readonly<Record<string, KatoCommand>>
  /** Called when a system service is restarted on a host. */
  serviceRestarted(world: World, node: EmulatedNode, service: string): boolean
}
