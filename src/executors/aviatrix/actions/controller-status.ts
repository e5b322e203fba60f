import type { Json } from '../../../base/json.ts'
import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { optionalText } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { list, object, text, whole } from '../../schema.ts'
import { controllerOf } from '../api.ts'
import { levelOf, someOf } from '../level.ts'
import { compareReleases, parseRelease, plainOf, seriesOf } from '../release.ts'
import { minute, requireSchema, system } from './arguments-schema.ts'
import { releaseProblems } from './platform-target.ts'

const names = (title: string, description: string) => list(title, description, text('Gateway', 'Its name.'))

export const controllerStatus: Action = {
  name: 'aviatrix.controller_status',
  title: 'Read the versions of the controller',
  description:
    'Reads the current, previous, newest and kernel version of the controller, and which gateways run another release than it does. With `require: level` a gateway on another release fails it as `not_ready`, because the controller refuses its own upgrade then. With `version` it has to run that minor, in that build or a newer one. Releases are given as the controller prints them (`release`) and without the prefix (`version`).',
  with: object({
    system,
    require: requireSchema('level', 'a gateway on another release than the controller fails.'),
    version: text(
      'Release',
      'What the controller has to run: `6.6`, or a whole release that it has to reach at least.',
    ),
  }),
  outputs: object(
    {
      release: text('Release', 'The current one as the controller prints it, such as `UserConnect-6.5.123`.'),
      version: text('Version', 'The same without the prefix: `6.5.123`.', { 'x-target-version': 'now' }),
      series: text('Series', 'Major and minor, what can be chosen as a target: `6.5`.'),
      previous_release: text('Previous release', 'As printed; empty on a controller that was never upgraded.'),
      previous_version: text('Previous version', 'Without the prefix. Gateways can go back to it and to no other.', {
        'x-target-version': 'previous',
      }),
      kernel_version: text('Kernel', 'Kernel of the controller; empty when it does not tell.'),
      latest_release: text('Newest release', 'The newest one published, as printed; empty when it does not tell.'),
      latest_version: text('Newest version', 'Without the prefix.'),
      hops: list(
        'Hops',
        'Minors on the way to the newest, where the controller tells; see `settings.fields.hop_list`.',
        text('Series', 'Such as `6.6`.'),
      ),
      generation: whole('Wire generation', 'Which form of the API the upgrade calls take, 0 to 3.'),
      gateways: whole('Gateways', 'Number of gateways.'),
      behind: names('Behind', 'Gateways on an older release than the controller.'),
      on_previous: names('On the previous release', 'Those of them that run the controller’s previous release.'),
      ahead: names('Ahead', 'Gateways on a newer release than the controller, which may never be.'),
      address: text('Address', 'Where the controller is.'),
    },
    [
      'release',
      'version',
      'series',
      'previous_release',
      'previous_version',
      'kernel_version',
      'latest_release',
      'latest_version',
      'hops',
      'generation',
      'gateways',
      'behind',
      'on_previous',
      'ahead',
      'address',
    ],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 2000, worst_ms: minute },
  runs_on: 'both',
  example: { require: 'nothing' },
  describe: () => 'list_version_info and list_vpcs_summary',
  check: (args) => releaseProblems(args, 'version'),
  async perform(context, args) {
    const controller = await controllerOf(context, args)
    const info = await controller.versionInfo(context.signal, true)
    const gateways = await controller.gateways(controller.clock.now(), context.signal)
    const { behind, previous, ahead } = levelOf(info, gateways)
    const outputs: Readonly<Record<string, Json>> = {
      release: info.current,
      version: plainOf(info.current),
      series: seriesOf(info.current),
      previous_release: info.previous,
      previous_version: plainOf(info.previous),
      kernel_version: info.kernel,
      latest_release: info.latest,
      latest_version: plainOf(info.latest),
      hops: [...info.hops],
      generation: controller.generation(info),
      gateways: gateways.length,
      behind: [...behind],
      on_previous: [...previous],
      ahead: [...ahead],
      address: controller.settings.origin,
    }
    const others = [...behind, ...ahead]
    const expected = optionalText(args, 'version')
    if (expected !== undefined && !runs(info.current, expected)) {
      throw new ActionFailure(
        'not_ready',
        `the controller runs ${plainOf(info.current)}, and ${plainOf(expected)} is expected`,
        { outputs, advice: 'Look at the upgrade page of the console before anything else is started.' },
      )
    }
    if (others.length > 0 && args['require'] !== 'nothing') {
      throw new ActionFailure(
        'not_ready',
        `the controller runs ${plainOf(info.current)}, and ${someOf(others)} another release`,
        { outputs, advice: 'Bring every gateway to the release of the controller first.' },
      )
    }
    const level = others.length === 0 ? 'all gateways too' : `${others.length} of ${gateways.length} gateways do not`
    return { outputs, summary: `runs ${plainOf(info.current)}, ${level}`, changed: false }
  },
}

/** The same minor, in this build or a newer one. */
function runs(current: string, expected: string): boolean {
  if (seriesOf(current) !== seriesOf(expected)) return false
  return parseRelease(expected)?.build === undefined || (compareReleases(current, expected) ?? -1) >= 0
}
