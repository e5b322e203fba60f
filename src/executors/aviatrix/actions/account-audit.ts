import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { isSet, optionalText } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { flag, list, object, text } from '../../schema.ts'
import { controllerOf } from '../api.ts'
import { someOf } from '../level.ts'
import { ask, callSchema, lookupFor } from '../lookup.ts'
import { failureOfRefusal } from '../refusal.ts'
import { minute, requireSchema, system } from './arguments-schema.ts'

export const accountAudit: Action = {
  name: 'aviatrix.account_audit',
  title: 'Read the account audit',
  description:
    'Reads the records of the account audit, which tells whether each access account has valid credentials, reaches its cloud resources and holds the recommended policies. An account that does not pass fails it as `not_ready`, and so does one that has no record. With `refresh` an audit is started first; that API action is not published: see `call`.',
  with: object({
    system,
    primary: text('Primary account', 'Name of the primary access account, which must be there and pass.'),
    refresh: flag('Refresh', 'Starts an audit first.', { default: false }),
    call: callSchema('account_audit'),
    require: requireSchema('passed', 'an account that does not pass fails.'),
  }),
  outputs: object(
    {
      accounts: list(
        'Accounts',
        'What the audit says of each.',
        object(
          {
            account: text('Account', 'Its name.'),
            status: text('Status', 'The controller’s word; empty without a record.'),
            comment: text('Comment', 'What it says about it.'),
          },
          ['account', 'status', 'comment'],
        ),
      ),
      failed: list('Failed', 'Accounts that do not pass.', text('Account', 'Its name.')),
    },
    ['accounts', 'failed'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 5000, worst_ms: 10 * minute },
  runs_on: 'both',
  example: { primary: 'aws-main' },
  describe: (args) => `get_account_audit_records${args['refresh'] === true ? ' after a new audit' : ''}`,
  async perform(context, args) {
    const controller = await controllerOf(context, args)
    if (isSet(args, 'refresh')) {
      const lookup = lookupFor(controller, args, 'account_audit')
      const said = await ask(context, controller, lookup, {})
      if (said.kind === 'refused') throw failureOfRefusal('the account audit', said.reason)
    }
    const records = (await controller.read('get_account_audit_records', {}, context.signal)).items().map((item) => ({
      account: item.at('account_name').text(),
      status: item.at('status').textOr(''),
      comment: item.at('comment').textOr(''),
    }))
    const known = (await controller.read('list_accounts', {}, context.signal))
      .at('account_list')
      .items()
      .map((item) => item.at('account_name').text())
    const primary = optionalText(args, 'primary')
    const wanted = [...new Set([...known, ...(primary === undefined ? [] : [primary])])]
    const missing = wanted
      .filter((name) => !records.some((record) => record.account === name))
      .map((account) => ({
        account,
        status: '',
        comment: known.includes(account) ? 'the audit has no record of it' : 'the controller has no such account',
      }))
    const accounts = [...records, ...missing]
    const failed = accounts.filter(({ status }) => !status.includes('Pass'))
    const outputs = { accounts, failed: failed.map(({ account }) => account) }
    const summary = `${accounts.length - failed.length} of ${accounts.length} accounts pass`
    if (failed.length > 0 && args['require'] !== 'nothing') {
      const words = failed.map(({ account, comment }) => (comment === '' ? account : `${account}: ${comment}`))
      throw new ActionFailure('not_ready', `${summary}; not ${someOf(words)}`, {
        outputs,
        advice: 'Repair credentials, policies and reachability of these accounts, then audit again.',
        notApplied: true,
      })
    }
    return { outputs, summary, changed: false }
  },
}
