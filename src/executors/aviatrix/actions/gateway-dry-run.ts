import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { optionalText, textList } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { choice, flag, list, object, text } from '../../schema.ts'
import { shown } from '../../wording.ts'
import { controllerOf, gatewayNameOf } from '../api.ts'
import { rehearsalOf } from '../dry-run.ts'
import { ask, callSchema, keepAnswer, lookupFor } from '../lookup.ts'
import { minute, requireSchema, system } from './arguments-schema.ts'
import { wantedOf } from './gateway-change.ts'
import { paramsOf } from './gateway-upgrades.ts'

const finding = object({ gateway: text('Gateway', 'Its name.'), error: text('Error', 'In the controller’s words.') }, [
  'gateway',
  'error',
])

export const gatewayDryRun: Action = {
  name: 'aviatrix.gateway_dry_run',
  title: 'Dry run of a gateway upgrade',
  description:
    'Lets the controller rehearse the upgrade of the target, or of the gateways that are named, against its own release and the matching image; one call a gateway. Errors fail the step as `not_ready`. A dry run may fail on old images where the upgrade itself would pass. The API action is not published: see `call`.',
  with: object({
    system,
    kind: choice('Kind', 'What is rehearsed.', ['software', 'image', 'rollback'], { default: 'software' }),
    gateways: list('Gateways', 'Default: the target.', text('Gateway', 'Its name at the controller.')),
    call: callSchema('gateway_dry_run'),
    require: requireSchema('no_errors', 'errors fail.'),
  }),
  outputs: object(
    {
      passed: flag('Passed', 'The controller found no error.'),
      errors: list('Errors', 'What has to be fixed first.', finding),
      warnings: list('Warnings', 'What else it says.', text('Warning', 'In the controller’s words.')),
    },
    ['passed', 'errors', 'warnings'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: minute, worst_ms: 10 * minute },
  runs_on: 'both',
  example: { kind: 'image' },
  describe: (args, target) =>
    `dry run (${shown(args['kind']) || 'software'}) of ${shown(args['gateways']) || (target?.name ?? 'the target')}`,
  async perform(context, args) {
    const controller = await controllerOf(context, args)
    const lookup = lookupFor(controller, args, 'gateway_dry_run')
    const given = optionalText(args, 'kind')
    const change = given === 'image' || given === 'rollback' ? given : 'software'
    const named = textList(args, 'gateways')
    const names = named.length > 0 ? named : [gatewayNameOf(context)]
    const info = await controller.versionInfo(context.signal)
    const rows = await controller.gateways(controller.clock.now(), context.signal)
    const errors: { readonly gateway: string; readonly error: string }[] = []
    const warnings: string[] = []
    for (const name of names) {
      const row = rows.find((each) => each.name === name)
      if (row === undefined) {
        errors.push({ gateway: name, error: 'the controller has no such gateway' })
        continue
      }
      const wanted = await wantedOf(context, controller, change, row, info, {})
      const said = await ask(context, controller, lookup, paramsOf(row, wanted))
      await keepAnswer(context, `gateway-dry-run-${name}.json`, said)
      const found = rehearsalOf(said)
      errors.push(...found.errors.map((error) => ({ gateway: name, error })))
      warnings.push(...found.warnings)
    }
    const outputs = { passed: errors.length === 0, errors, warnings }
    const summary = errors.length === 0 ? 'no errors' : `${errors.length} errors`
    if (errors.length > 0 && args['require'] !== 'nothing') {
      const words = errors.map(({ gateway, error }) => `${gateway}: ${error}`).join('; ')
      throw new ActionFailure('not_ready', `the dry run found ${words}`, {
        outputs,
        advice: 'Fix every error; take what stays open to the vendor’s support before any upgrade.',
        notApplied: true,
      })
    }
    return { outputs, summary, changed: false }
  },
}
