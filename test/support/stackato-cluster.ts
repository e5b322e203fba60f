import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { parse } from 'yaml'
import type { JsonObject } from '../../src/base/json.ts'
import {
  type StackatoEmulator,
  type StackatoEmulatorOptions,
  startStackatoEmulator,
} from '../../src/executors/stackato/emulator/index.ts'
import { stackato } from '../../src/executors/stackato/index.ts'
import { makeSsh } from '../../src/node/ssh/make-ssh.ts'
import type { Action, ActionFailure, ActionResult, ProbeResult, TargetView } from '../../src/ports/executor.ts'
import type { Ssh } from '../../src/ports/ssh.ts'
import { type ContextOptions, makeContext, type RecordedContext } from './action-context.ts'

/** An emulated cluster, and the executor's actions on it through real SSH. */
export interface StackatoCluster {
  readonly emulator: StackatoEmulator
  readonly ssh: Ssh
  /** Ends what `keep` kept. */
  close(): Promise<void>
  target(node: string): TargetView
  context(node: string, options?: ContextOptions): RecordedContext
  run(action: string, node: string, args?: JsonObject, options?: ContextOptions): Promise<ActionResult>
  probe(action: string, node: string, args: JsonObject, options: ContextOptions): Promise<ProbeResult>
  /** The failure that the action must end with. */
  fail(action: string, node: string, args?: JsonObject, options?: ContextOptions): Promise<ActionFailure>
  /** Number of effects of this kind whose text matches. */
  effects(kind: string, what: RegExp): number
}

export function actionNamed(name: string): Action {
  const action = stackato.actions.find((entry) => entry.name === `stackato.${name}`)
  if (!action) throw new Error(`there is no action stackato.${name}`)
  return action
}

/** Emulated seconds in a real one: an upgrade of six nodes takes about a second. */
const speed = 1500

/** Starts a cluster that ends with the test (or, inside `beforeAll`, when `close` is called). */
export async function startCluster(
  options: Partial<StackatoEmulatorOptions> & { readonly keep?: boolean } = {},
): Promise<StackatoCluster> {
  const directory = mkdtempSync(join(tmpdir(), 'stackato-'))
  const { keep, ...rest } = options
  const emulator = await startStackatoEmulator({ directory, speed, ...rest })
  const ssh = makeSsh({ onInsecure: () => undefined })
  const close = async (): Promise<void> => {
    await ssh.close()
    await emulator.close()
    rmSync(directory, { recursive: true, force: true })
  }
  if (keep !== true) onTestFinished(close)
  const inventory = parse(readFileSync(emulator.inventoryFile, 'utf8')) as {
    readonly defaults: { readonly kind: string; readonly system: string; readonly connection: JsonObject }
    readonly targets: Readonly<Record<string, Pick<TargetView, 'address' | 'roles' | 'version' | 'connection'>>>
  }
  const target = (node: string): TargetView => {
    const entry = inventory.targets[node]!
    const { kind, system, connection } = inventory.defaults
    return { name: node, kind, system, attributes: {}, ...entry, connection: { ...connection, ...entry.connection } }
  }
  const context = (node: string, more: ContextOptions = {}): RecordedContext =>
    makeContext({ target: target(node), ssh, directory, ...more })
  const run: StackatoCluster['run'] = (action, node, args = {}, more = {}) =>
    actionNamed(action).perform(context(node, more), args)
  return {
    emulator,
    ssh,
    close,
    target,
    context,
    run,
    probe: (action, node, args, more) => actionNamed(action).probe!(context(node, more), args),
    fail: async (action, node, args, more) => {
      try {
        await run(action, node, args, more)
      } catch (error) {
        return error as ActionFailure
      }
      throw new Error(`${action} on ${node} was expected to fail`)
    },
    effects: (kind, what) =>
      emulator
        .effects()
        .filter((effect) => effect.kind === kind && effect.phase !== 'finished' && what.test(effect.what)).length,
  }
}
