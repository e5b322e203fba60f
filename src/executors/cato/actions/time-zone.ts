import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { readsOnly } from '../../capabilities.ts'
import { choice, flag, object, text } from '../../schema.ts'
import { poolOf, socketOf, targetOf } from '../api.ts'
import { minute, system } from './arguments-schema.ts'

export const timeZone: Action = {
  name: 'cato.time_zone',
  title: 'Compare the time zone of the site',
  description:
    'Reads the time zone of the target’s site from the account and compares it with the inventory, because the maintenance window holds in the site’s own zone. A difference fails as `refused`: a window in the wrong zone is an outage at noon.',
  with: object({
    system,
    require: choice('Require', '`same`: a difference fails. `nothing`: only look.', ['same', 'nothing'], {
      default: 'same',
    }),
  }),
  outputs: object(
    {
      time_zone: text('Time zone', 'What the account says, an IANA name.'),
      same: flag('Same', 'The inventory says the same.'),
    },
    ['time_zone', 'same'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 1000, worst_ms: minute },
  runs_on: 'target',
  example: {},
  describe: (_args, target) => `site details: time zone of ${target?.site ?? 'the target’s site'}`,
  async perform(context, args) {
    const pool = await poolOf(context, args)
    const target = targetOf(context)
    const own = target.attributes['site_id']
    const siteId = own === undefined ? (await socketOf(context, pool, 0)).socket.siteId : String(own)
    const zone = (await pool.timeZone(siteId, context.signal)) ?? ''
    const same = zone === target.time_zone
    const outputs = { time_zone: zone, same }
    const summary = same ? zone : `${zone} in the account, ${target.time_zone ?? 'nothing'} in the inventory`
    if (!same && args['require'] !== 'nothing') {
      throw new ActionFailure('refused', `time zone of ${target.name}: ${summary}`, {
        outputs,
        advice: 'Correct the inventory, or the site’s location in the console.',
        notApplied: true,
      })
    }
    return { outputs, summary, changed: false }
  },
}
