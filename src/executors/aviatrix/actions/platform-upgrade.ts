import type { JsonObject } from '../../../base/json.ts'
import { type Action, type ActionContext, ActionFailure, type ActionResult } from '../../../ports/executor.ts'
import { durationMs, optionalText } from '../../arguments.ts'
import { choice, flag, object, text, whole } from '../../schema.ts'
import { shown } from '../../wording.ts'
import { controllerOf } from '../api.ts'
import { type Controller, canPass } from '../controller.ts'
import { rehearsalOf } from '../dry-run.ts'
import { ask, namedLookup } from '../lookup.ts'
import { plainOf, seriesOf } from '../release.ts'
import type { VersionInfo } from '../version-info.ts'
import { intervalSchema, limitSchema, minute, second, system } from './arguments-schema.ts'
import { startPlatform } from './platform-start.ts'
import {
  isReached,
  type PlatformTarget,
  platformTarget,
  refuseUnlevel,
  refuseWay,
  targetProblems,
} from './platform-target.ts'
import { firstLookMs, platformProgress, watchPlatform } from './platform-watch.ts'

/** 180 looks of ten seconds, as the vendor's own provider waits. */
const limitMsDefault = 30 * minute

export const platformUpgrade: Action = {
  name: 'aviatrix.platform_upgrade',
  title: 'Upgrade the controller',
  description:
    'Starts the platform upgrade in the wire form of the release that runs, follows it through the restart of the controller, logs in again and verifies the version: the status alone can read complete too early. Only major and minor can be chosen, the build is the newest published; a whole release as `to` says what has to be reached at least. **There is no way back.** Refused before anything is sent: going back, skipping a minor or major, and a controller whose gateways do not all run its release. An upgrade that goes on already is joined.',
  with: object({
    system,
    to: text('Release', '`6.6`, or a whole release such as `6.6.123`. Default: the newest build of the running one.', {
      'x-target-version': 'to',
    }),
    scope: choice(
      'Scope',
      '`controller`: the controller only. `everything`: it and all gateways in one call, the only way below 6.5.',
      ['controller', 'everything'],
      { default: 'controller' },
    ),
    interval: intervalSchema('10s'),
    limit: limitSchema('30m'),
  }),
  outputs: object(
    {
      release: text('Release', 'What the controller runs now, as it prints it.'),
      version: text('Version', 'The same without the prefix.', { 'x-target-version': 'now' }),
      series: text('Series', 'Major and minor.'),
      previous_release: text('Previous release', 'What it ran before, as printed.'),
      previous_version: text('Previous version', 'Without the prefix: what gateways can go back to.', {
        'x-target-version': 'previous',
      }),
      kernel_version: text('Kernel', 'Kernel of the controller; empty when it does not tell.'),
      generation: whole('Wire generation', 'Form of the API that the start took, 0 to 3.'),
      request: text('Request', 'Id of the upgrade at the controller; empty where it gave none.'),
      started_at: text('Started', 'Instant in ISO 8601.'),
      ended_at: text('Ended', 'Instant in ISO 8601.'),
      joined: flag('Joined', 'An upgrade was going on already.'),
    },
    ['release', 'version', 'series', 'previous_release', 'previous_version', 'started_at', 'ended_at', 'joined'],
  ),
  capabilities: {
    effect: 'disruptive',
    idempotent: false,
    probe: true,
    dry_run: true,
    reversible: false,
    resumable: true,
  },
  duration: { expected_ms: 10 * minute, worst_ms: limitMsDefault },
  runs_on: 'both',
  example: { to: '6.6' },
  describe: (args) =>
    `${args['scope'] === 'everything' ? 'upgrade' : 'upgrade_platform'} to ${shown(args['to']) || 'the newest build'}`,
  check: targetProblems,
  async perform(context, args) {
    const controller = await controllerOf(context, args)
    const before = await controller.versionInfo(context.signal, true)
    const target = platformTarget(args, before)
    if (isReached(target, before.current)) return unchanged(controller, before)
    refuseWay(target, before)
    const generation = controller.generation(before)
    const everything = optionalText(args, 'scope') === 'everything'
    if (generation === 0 && !everything) {
      throw new ActionFailure(
        'refused',
        `${plainOf(before.current)} upgrades the controller and all gateways at once`,
        {
          advice: 'Say `scope: everything`; selective upgrades exist from 6.5 on.',
          notApplied: true,
        },
      )
    }
    if (!(await isGoingOn(controller, generation, context.signal))) {
      refuseUnlevel(before, await controller.gateways(controller.clock.now(), context.signal))
    }
    const startedAt = controller.clock.now()
    const started = await startPlatform(controller, { generation, series: target.series, everything }, context.signal)
    context.log(
      started.joined
        ? 'an upgrade goes on already; waiting for its end'
        : `the upgrade has started${started.id === undefined ? '' : ` (request ${started.id})`}`,
    )
    const after = await watchPlatform({
      context,
      controller,
      generation,
      target,
      before,
      id: started.id,
      ended: started.ended,
      startedAt,
      intervalMs: durationMs(args, 'interval', 10 * second),
      limitMs: durationMs(args, 'limit', limitMsDefault),
    })
    return {
      outputs: {
        ...factsOf(after, before.current),
        generation,
        request: started.id ?? '',
        started_at: new Date(startedAt).toISOString(),
        ended_at: new Date(controller.clock.now()).toISOString(),
        joined: started.joined,
      },
      summary: `${plainOf(before.current)} → ${plainOf(after.current)}`,
      changed: after.current !== before.current,
    }
  },
  async probe(context, args) {
    const controller = await controllerOf(context, args)
    const elapsed = (controller.clock.now() - context.begunAt) * controller.settings.pace
    const isInTime = elapsed < durationMs(args, 'limit', limitMsDefault)
    let info: VersionInfo
    try {
      info = await controller.versionInfo(context.signal, true)
    } catch (error) {
      if (!(error instanceof ActionFailure) || !canPass(error) || context.signal.aborted) throw error
      return { state: isInTime ? 'running' : 'unknown', summary: error.message }
    }
    const summary = `the controller runs ${plainOf(info.current)}`
    const target = platformTarget(args, info)
    if (isReached(target, info.current) || hasMovedTo(target, info)) {
      return { state: 'applied', summary, outputs: unchanged(controller, info).outputs }
    }
    if (controller.generation(info) < 3) {
      // Older releases tell nothing without the id; an upgrade that began is over after the limit.
      return { state: isInTime ? 'running' : 'not_applied', summary }
    }
    // An upgrade that has just begun does not show at first.
    if (elapsed < firstLookMs) await controller.pause(firstLookMs - elapsed, context.signal, 'looking again')
    const progress = await platformProgress(controller, context.signal)
    const isOver = progress.kind === 'complete' || progress.kind === 'failed'
    return { state: isOver ? 'not_applied' : 'running', summary }
  },
  async dryRun(context, args) {
    const controller = await controllerOf(context, args)
    const info = await controller.versionInfo(context.signal, true)
    const target = platformTarget(args, info)
    if (isReached(target, info.current)) {
      return { coverage: 'checked', summary: `the controller runs ${plainOf(info.current)} already` }
    }
    refuseWay(target, info)
    refuseUnlevel(info, await controller.gateways(controller.clock.now(), context.signal))
    return await rehearse(context, controller, target, info)
  },
}

async function rehearse(
  context: ActionContext,
  controller: Controller,
  target: PlatformTarget,
  info: VersionInfo,
): ReturnType<NonNullable<Action['dryRun']>> {
  const way = `${plainOf(info.current)} → ${target.series || 'the newest build'}`
  const lookup = namedLookup(controller, {}, 'platform_dry_run')
  if (lookup === undefined) {
    return {
      coverage: 'simulated',
      summary: `${way} is a valid way and all gateways are level; the controller’s own dry run is not named`,
    }
  }
  const { errors } = rehearsalOf(await ask(context, controller, lookup, { version: target.series }))
  if (errors.length === 0)
    return { coverage: 'checked', summary: `${way}: the dry run of the controller found no error` }
  throw new ActionFailure('not_ready', `the dry run of the controller: ${errors.join('; ')}`, {
    outputs: { errors },
    notApplied: true,
  })
}

/** Without a known build, a controller that came to the wanted minor from another one has been upgraded. */
function hasMovedTo({ series, atLeast }: PlatformTarget, { current, previous }: VersionInfo): boolean {
  return atLeast === undefined && series !== '' && seriesOf(current) === series && seriesOf(previous) !== series
}

/** Only the newest generation can tell. */
async function isGoingOn(controller: Controller, generation: number, signal: AbortSignal): Promise<boolean> {
  return generation === 3 && (await platformProgress(controller, signal)).kind === 'running'
}

function factsOf(info: VersionInfo, previous: string): JsonObject {
  return {
    release: info.current,
    version: plainOf(info.current),
    series: seriesOf(info.current),
    previous_release: info.previous || previous,
    previous_version: plainOf(info.previous || previous),
    kernel_version: info.kernel,
  }
}

function unchanged(controller: Controller, info: VersionInfo): ActionResult {
  const now = new Date(controller.clock.now()).toISOString()
  return {
    outputs: {
      ...factsOf(info, ''),
      generation: controller.generation(info),
      request: '',
      started_at: now,
      ended_at: now,
      joined: false,
    },
    summary: `the controller runs ${plainOf(info.current)} already`,
    changed: false,
  }
}
