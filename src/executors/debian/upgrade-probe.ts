import type { JsonObject } from '../../base/json.ts'
import type { ActionContext, ProbeResult } from '../../ports/executor.ts'
import { type Sudo, shell } from '../command.ts'
import { probeDetached } from '../ssh/detached.ts'
import { allowOptions, askHost } from './apt-command.ts'
import { addressOf, selectionWords, wantedPackages } from './arguments.ts'
import {
  isArchitecture,
  isInstalled,
  isSamePackage,
  readSimulation,
  readStates,
  stateFormat,
  unfinishedWords,
} from './package-state.ts'
import { unreadable } from './unreadable.ts'

/**
 * Says how an upgrade stands, from what dpkg holds: the marker knows whether it still runs, but packages may have come
 * by another way, and a host that restarted in the middle has lost the work but not its effect.
 */
export async function probeUpgrade(
  context: ActionContext,
  args: JsonObject,
  sudo: Sudo | undefined,
): Promise<ProbeResult> {
  const marker = await probeDetached(context, addressOf(context, 'debian.upgrade'), {
    ...(sudo === undefined ? {} : { sudo }),
    expectExit: [0],
  })
  if (marker.state === 'running') return marker
  const left = await whatIsLeft(context, args, sudo)
  if (left.unfinished.length > 0) {
    return { state: 'unknown', summary: `an installation was cut off: ${left.unfinished.join(', ')}` }
  }
  if (left.missing.length === 0) return { state: 'applied', summary: 'every package is as wanted' }
  return left.done === 0
    ? { state: 'not_applied', summary: `not as wanted: ${left.missing.join(', ')}` }
    : { state: 'unknown', summary: `done in part; not as wanted: ${left.missing.join(', ')}` }
}

interface Left {
  readonly unfinished: readonly string[]
  readonly missing: readonly string[]
  /** Number of wanted packages that are as wanted. */
  readonly done: number
}

async function whatIsLeft(context: ActionContext, args: JsonObject, sudo: Sudo | undefined): Promise<Left> {
  const listed = await askHost(context, {
    argv: shell('dpkg --print-architecture; dpkg-query -W -f "$1"', stateFormat),
    sudo,
  })
  const native = listed.stdout.split('\n', 1)[0] ?? ''
  if (!isArchitecture(native)) throw unreadable(context, 'dpkg')
  const states = readStates(listed.stdout)
  const unfinished = states.flatMap((state) => {
    const words = unfinishedWords(state)
    return words === undefined ? [] : [`${state.name} is ${words}`]
  })
  if (args['all'] !== undefined) {
    return { unfinished, missing: await pendingChanges(context, args, sudo), done: 0 }
  }
  const wanted = wantedPackages(args)
  const pending = wanted.some(({ version }) => version === undefined) ? await pendingChanges(context, args, sudo) : []
  const missing = wanted.filter(({ name, version }) => {
    const state = states.find((each) => isSamePackage(each.name, name, native))
    if (!isInstalled(state)) return true
    return version === undefined
      ? pending.some((each) => isSamePackage(each, name, native))
      : state?.version !== version
  })
  return { unfinished, missing: missing.map(({ name }) => name), done: wanted.length - missing.length }
}

/** Packages that the same command would still change. */
async function pendingChanges(
  context: ActionContext,
  args: JsonObject,
  sudo: Sudo | undefined,
): Promise<readonly string[]> {
  const answer = await askHost(context, {
    argv: ['apt-get', '-s', '-o', 'Debug::NoLocking=true', ...allowOptions(args), ...selectionWords(args)],
    sudo,
  })
  // What apt refuses to plan is not done either.
  if (answer.exitCode !== 0) return wantedPackages(args).map(({ name }) => name)
  return readSimulation(answer.stdout).map((change) => change.package)
}
