import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { requiredText } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { choice, flag, number, object, text } from '../../schema.ts'
import { healthOf, poolOf, socketOf } from '../api.ts'
import { minute, reasonsList, system } from './arguments-schema.ts'

/** From this major on a Socket fetches a release as soon as it is out. */
const prefetchMajor = 18

export const downloadState: Action = {
  name: 'cato.download_state',
  title: 'Judge the download of a release',
  description:
    'Says whether the Socket fetches the file in advance (it runs 18.0 or newer) or inside the window, whether the release is offered to it, and whether its link is likely to fail: below 1 Mbps, or a weak LTE signal. The API shows no progress of a download, and none can be started through it. With `require: good` trouble fails as `not_ready`.',
  with: object(
    {
      system,
      version: text('Version', 'The release.'),
      min_mbps: number('Least bandwidth', 'Below it downloads usually fail, Mbps.', { default: 1 }),
      min_dbm: number('Least signal', 'Below it an LTE link counts as weak, dBm; the vendor gives no figure.', {
        default: -110,
      }),
      require: choice('Require', '`good`: trouble fails. `nothing`: only look.', ['good', 'nothing'], {
        default: 'good',
      }),
    },
    ['version'],
  ),
  outputs: object(
    {
      expected: choice('Expected', 'When the file is fetched by the vendor’s rule.', ['in_advance', 'in_window']),
      offered: flag('Offered', 'The release is offered to the Socket, or it runs it already.'),
      good: flag('Good', 'Nothing speaks against the download.'),
      reasons: reasonsList,
      mbps: { type: ['number', 'null'], title: 'Bandwidth', description: 'Mbps; null when the API does not tell.' },
      signal_dbm: { type: ['number', 'null'], title: 'Signal', description: 'dBm of a cellular link, else null.' },
    },
    ['expected', 'offered', 'good', 'reasons', 'mbps', 'signal_dbm'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 1000, worst_ms: minute },
  runs_on: 'target',
  example: { version: '18.4.1' },
  describe: (args, target) => `is ${target?.name ?? 'the Socket'} fit to download ${String(args['version'])}?`,
  async perform(context, args) {
    const pool = await poolOf(context, args)
    const version = requiredText(args, 'version')
    const { socket } = await socketOf(context, pool, pool.clock.now() - pool.ours(minute))
    const { device } = await healthOf(context, pool)
    const [minMbps, minDbm] = [limitOf(args['min_mbps'], 1), limitOf(args['min_dbm'], -110)]
    const offered = socket.version === version || socket.offered.includes(version)
    const reasons = [
      ...(offered ? [] : [`version ${version} is not offered to the Socket`]),
      ...(device.connected ? [] : ['the Socket is not connected']),
      ...(device.mbps !== undefined && device.mbps < minMbps ? [`the link has ${device.mbps} Mbps`] : []),
      ...(device.signalDbm !== undefined && device.signalDbm < minDbm
        ? [`the LTE signal is weak: ${device.signalDbm} dBm`]
        : []),
    ]
    const expected = Number.parseInt(socket.version, 10) >= prefetchMajor ? 'in_advance' : 'in_window'
    const outputs = {
      expected,
      offered,
      good: reasons.length === 0,
      reasons,
      mbps: device.mbps ?? null,
      signal_dbm: device.signalDbm ?? null,
    }
    if (reasons.length > 0 && args['require'] !== 'nothing') {
      throw new ActionFailure('not_ready', `${device.name}: ${reasons.join('; ')}`, {
        outputs,
        advice:
          'Usual causes are a link below 1 Mbps and a weak LTE signal; a failed download is tried again in the window.',
        notApplied: true,
      })
    }
    const when = expected === 'in_advance' ? 'fetched in advance' : 'downloaded in the window'
    return { outputs, summary: reasons.length === 0 ? when : reasons.join('; '), changed: false }
  },
}

function limitOf(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback
}
