import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { parse } from 'yaml'
import type { JsonObject } from '../../src/base/json.ts'
import {
  type CleanroomEmulator,
  type CleanroomEmulatorOptions,
  missingForHosts,
  startCleanroomEmulator,
} from '../../src/executors/debian/emulator/index.ts'
import { debian } from '../../src/executors/debian/index.ts'
import { makeSsh } from '../../src/node/ssh/make-ssh.ts'
import {
  type Action,
  ActionFailure,
  type ActionResult,
  type DryRunResult,
  type ProbeResult,
  type TargetView,
} from '../../src/ports/executor.ts'
import type { Ssh } from '../../src/ports/ssh.ts'
import { type ContextOptions, makeContext, type RecordedContext } from './action-context.ts'

/** Why real Debian hosts cannot be made here, or nothing. A title of a suite that is passed over carries it. */
export const whyNoHosts: string = missingForHosts().join('; ')
export const noHosts: boolean = whyNoHosts !== ''
/** The title of a suite, with the reason when it is passed over. */
export const onHosts = (title: string): string => (noHosts ? `${title} (passed over: ${whyNoHosts})` : title)

/** Emulated Debian hosts, and the executor's actions on them through real SSH. */
export interface DebianLab {
  readonly emulator: CleanroomEmulator
  readonly ssh: Ssh
  /** A server that no test of the file has used yet. */
  fresh(): string
  target(host: string): TargetView
  context(host: string, options?: ContextOptions): RecordedContext
  run(action: string, host: string, args?: JsonObject, options?: ContextOptions): Promise<ActionResult>
  /** The failure that the action must end with. */
  fail(action: string, host: string, args?: JsonObject, options?: ContextOptions): Promise<ActionFailure>
  probe(action: string, host: string, args: JsonObject, options?: ContextOptions): Promise<ProbeResult>
  dryRun(action: string, host: string, args: JsonObject, options?: ContextOptions): Promise<DryRunResult>
  undo(action: string, host: string, args: JsonObject, outputs: JsonObject): Promise<ActionResult>
  /** Standard output of a shell on the host, past SSH. */
  sh(host: string, script: string): Promise<string>
  /** `version status` of a package, as dpkg's own database has it. */
  version(host: string, name: string): Promise<string>
}

export function actionNamed(name: string): Action {
  const action = debian.actions.find((entry) => entry.name === `debian.${name}`)
  if (!action) throw new Error(`there is no action debian.${name}`)
  return action
}

/** Starts hosts for the tests of one file; servers with the agent serve as fresh hosts. */
export function useDebianHosts(options: Partial<CleanroomEmulatorOptions> = {}): DebianLab {
  let emulator: CleanroomEmulator | undefined
  let ssh: Ssh | undefined
  let directory = ''
  let used = 0
  let targets: Readonly<Record<string, TargetView>> = {}
  const need = <Value>(value: Value | undefined): Value => {
    if (value === undefined) throw new Error('the hosts are there only while tests run')
    return value
  }
  beforeAll(async () => {
    if (noHosts) return
    directory = mkdtempSync(join(tmpdir(), 'debian-'))
    emulator = await startCleanroomEmulator({ directory, workstations: 2, edges: 1, ...options })
    ssh = makeSsh({ onInsecure: () => undefined })
    targets = readTargets(emulator.inventoryFile)
  })
  afterAll(async () => {
    await ssh?.close()
    await emulator?.close()
    if (directory !== '') rmSync(directory, { recursive: true, force: true })
  })
  const context: DebianLab['context'] = (host, more = {}) =>
    makeContext({ target: lab.target(host), ssh: need(ssh), directory, deadlineMs: 180_000, ...more })
  const lab: DebianLab = {
    get emulator() {
      return need(emulator)
    },
    get ssh() {
      return need(ssh)
    },
    fresh() {
      const agents = need(emulator).hosts.filter((host) => host.component === 'recording-agent')
      const host = agents[used]
      if (host === undefined) throw new Error(`the file needs more than ${agents.length} fresh hosts`)
      used += 1
      return host.name
    },
    target(host) {
      const target = targets[host]
      if (target === undefined) throw new Error(`there is no target ${host}`)
      return target
    },
    context,
    run: (action, host, args = {}, more = {}) => actionNamed(action).perform(context(host, more), args),
    async fail(action, host, args, more) {
      try {
        await lab.run(action, host, args, more)
      } catch (error) {
        if (error instanceof ActionFailure) return error
        throw error
      }
      throw new Error(`${action} on ${host} was expected to fail`)
    },
    probe: (action, host, args, more = {}) => actionNamed(action).probe!(context(host, more), args),
    dryRun: (action, host, args, more = {}) => actionNamed(action).dryRun!(context(host, more), args),
    undo: (action, host, args, outputs) => actionNamed(action).undo!(context(host), args, outputs),
    async sh(host, script) {
      const result = await need(emulator).run(host, ['sh', '-c', script])
      if (result.exitCode !== 0) throw new Error(`${script}: exit code ${result.exitCode}: ${result.stderr}`)
      return result.stdout.trim()
    },
    async version(host, name) {
      const found = (await need(emulator).installed(host)).find((each) => each.name === name)
      return found === undefined ? 'not there' : `${found.version} ${found.status}`
    },
  }
  return lab
}

/** The targets of the emulator's inventory, each with its connection. */
export function readTargets(file: string): Readonly<Record<string, TargetView>> {
  const inventory = parse(readFileSync(file, 'utf8')) as {
    readonly defaults: { readonly connection: JsonObject }
    readonly targets: Readonly<Record<string, Omit<TargetView, 'name'>>>
  }
  return Object.fromEntries(
    Object.entries(inventory.targets).map(([name, entry]) => [
      name,
      { ...entry, name, connection: { ...inventory.defaults.connection, ...entry.connection } },
    ]),
  )
}
