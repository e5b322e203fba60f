import type { JsonObject } from '../../../base/json.ts'
import { compareDotted } from '../../../base/version-order.ts'
import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { optionalText, textList } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { list, object, text } from '../../schema.ts'
import { poolOf, socketOf } from '../api.ts'
import { versionsDocument } from '../documents.ts'
import { minute, system } from './arguments-schema.ts'

export const availableVersions: Action = {
  name: 'cato.available_versions',
  title: 'List the versions that can be installed',
  description:
    'Reads which versions the account offers for each platform: those named, or the target’s own. With `require`, a platform that is not offered that version fails as `not_ready`.',
  with: object({
    system,
    platforms: list('Platforms', 'Default: the one of the target.', text('Platform', 'Such as `X1500`.')),
    require: text('Require', 'A version that every platform has to be offered.'),
  }),
  outputs: object(
    {
      newest: text('Newest', 'The newest version that any of the platforms is offered; empty without any.'),
      platforms: list(
        'Platforms',
        'What each is offered.',
        object(
          {
            platform: text('Platform', 'Name of the platform.'),
            versions: list('Versions', 'In the vendor’s order.', text('Version', 'Dotted numbers.')),
          },
          ['platform', 'versions'],
        ),
      ),
    },
    ['newest', 'platforms'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 1000, worst_ms: minute },
  runs_on: 'both',
  example: { platforms: ['X1500', 'X1600'], require: '18.4.1' },
  describe: (args) => `available versions of ${textList(args, 'platforms').join(', ') || 'the target’s platform'}`,
  async perform(context, args) {
    const pool = await poolOf(context, args)
    const named = textList(args, 'platforms')
    const platforms = named.length > 0 || !context.target ? named : [(await socketOf(context, pool, 0)).socket.platform]
    const input: JsonObject = platforms.length > 0 ? { platforms } : {}
    const variables = { accountId: pool.settings.accountId, input }
    const data = await pool.read('availableVersionList', versionsDocument, variables, context.signal)
    const items = data.at('site').at('availableVersionList').at('items').items()
    const offers = items.map((item) => ({
      platform: item.at('platform').text(),
      versions: item
        .at('versions')
        .items()
        .map((version) => version.text()),
    }))
    const newest = offers
      .flatMap((offer) => offer.versions)
      .reduce((a, b) => ((compareDotted(a, b) ?? 0) < 0 ? b : a), '0')
    const outputs = { newest: newest === '0' ? '' : newest, platforms: offers }
    const wanted = optionalText(args, 'require')
    const lacking = [
      ...platforms.filter((platform) => !offers.some((offer) => offer.platform === platform)),
      ...offers
        .filter((offer) => wanted !== undefined && !offer.versions.includes(wanted))
        .map((offer) => offer.platform),
    ]
    if (wanted !== undefined && lacking.length > 0) {
      throw new ActionFailure('not_ready', `version ${wanted} is not offered for ${lacking.join(', ')}`, {
        outputs,
        advice: 'Wait until the vendor releases it for these platforms, or choose another version.',
        notApplied: true,
      })
    }
    return { outputs, summary: outputs.newest === '' ? 'no version is offered' : `newest is ${newest}`, changed: false }
  },
}
