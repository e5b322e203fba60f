import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { optionalText } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { object, text } from '../../schema.ts'
import { shown } from '../../wording.ts'
import { controllerOf } from '../api.ts'
import { rehearsalOf, rehearsalOutputs } from '../dry-run.ts'
import { ask, callSchema, keepAnswer, lookupFor } from '../lookup.ts'
import { seriesOf } from '../release.ts'
import { minute, requireSchema, system } from './arguments-schema.ts'
import { targetProblems } from './platform-target.ts'

export const platformDryRun: Action = {
  name: 'aviatrix.platform_dry_run',
  title: 'Dry run of the platform upgrade',
  description:
    'Lets the controller rehearse its own upgrade: it reports network trouble, version conflicts and blockers. Errors fail the step as `not_ready`. Name the next hop: with several releases pending, some controllers test a dry run without a target against the last one. The API action is not published: see `call`.',
  with: object({
    system,
    to: text('Release', '`6.6`, or a whole release such as `6.6.123`; only major and minor are sent.'),
    call: callSchema('platform_dry_run'),
    require: requireSchema('no_errors', 'errors fail.'),
  }),
  outputs: rehearsalOutputs,
  capabilities: readsOnly,
  duration: { expected_ms: minute, worst_ms: 10 * minute },
  runs_on: 'both',
  example: { to: '6.6' },
  describe: (args) => `dry run of the platform upgrade to ${shown(args['to']) || 'the newest build'}`,
  check: targetProblems,
  async perform(context, args) {
    const controller = await controllerOf(context, args)
    const to = seriesOf(optionalText(args, 'to') ?? '')
    const lookup = lookupFor(controller, args, 'platform_dry_run')
    const said = await ask(context, controller, lookup, to === '' ? {} : { version: to })
    await keepAnswer(context, 'platform-dry-run.json', said)
    const { errors, warnings } = rehearsalOf(said)
    const outputs = { passed: errors.length === 0, errors: [...errors], warnings: [...warnings], to }
    if (errors.length > 0 && args['require'] !== 'nothing') {
      throw new ActionFailure('not_ready', `the dry run found ${errors.join('; ')}`, {
        outputs,
        advice: 'Fix every error; take what stays open to the vendor’s support before any upgrade.',
        notApplied: true,
      })
    }
    const also = warnings.length === 0 ? '' : `, ${warnings.length} warnings`
    return {
      outputs,
      summary: errors.length === 0 ? `no errors${also}` : `${errors.length} errors${also}`,
      changed: false,
    }
  },
}
