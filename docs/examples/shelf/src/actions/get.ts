import { type Action, ActionFailure } from 'rollbook'
import { call } from '../call.ts'
import { key, object, system, text } from '../schema.ts'

export const get: Action = {
  name: 'shelf.get',
  title: 'Read a setting',
  description: 'Reads one setting of the appliance. A setting that is not there is `not_ready`.',
  with: object({ key, system }, ['key']),
  outputs: object({ value: text('Value', 'What the setting holds.') }, ['value']),
  capabilities: {
    effect: 'none',
    idempotent: true,
    probe: false,
    dry_run: false,
    reversible: false,
    resumable: false,
  },
  duration: { expected_ms: 200, worst_ms: 30_000 },
  runs_on: 'both',
  example: { key: 'mode' },
  describe: (args) => `read the setting ${String(args['key'])}`,
  async perform(context, args) {
    const found = await call(context, args, {
      method: 'GET',
      path: `/v1/values/${encodeURIComponent(String(args['key']))}`,
    })
    const value = found?.['value']
    if (found === undefined) throw new ActionFailure('not_ready', `there is no setting ${String(args['key'])}`)
    if (typeof value !== 'string') throw new ActionFailure('process', 'the answer holds no value')
    return { outputs: { value }, summary: `${String(args['key'])} is ${value}` }
  },
}
