import { type Action, type ActionContext, ActionFailure, isTainted, type JsonObject } from 'rollbook'
import { ask, call, callFor } from '../call.ts'
import { key, object, system, text } from '../schema.ts'

export const put: Action = {
  name: 'shelf.put',
  title: 'Write a setting',
  description: 'Writes one setting of the appliance; the back-out writes what it held before, or removes it.',
  with: object(
    {
      key,
      value: { ...text('Value', 'What the setting is to hold. May be a secret.'), 'x-secret': true },
      system,
    },
    ['key', 'value'],
  ),
  outputs: object(
    {
      existed: { type: 'boolean', title: 'Existed', description: 'Whether the setting was there before.' },
      kept: text('Kept', 'Id under which the appliance keeps what was there before, for the back-out.'),
    },
    ['existed', 'kept'],
  ),
  capabilities: {
    effect: 'change',
    idempotent: true,
    probe: true,
    dry_run: true,
    reversible: true,
    resumable: false,
  },
  duration: { expected_ms: 200, worst_ms: 30_000 },
  runs_on: 'both',
  example: { key: 'mode', value: 'quiet' },
  describe: (args) => `set ${String(args['key'])} to ${shown(args['value'])}`,
  async perform(context, args) {
    // What was there before is asked of the appliance, under the id of the effect: a second delivery of the same
    // effect would find, and hand on, the new value. The value itself stays there, because it may be a secret.
    const answer = await callFor(context, args, {
      method: 'PUT',
      path: pathOf(args),
      body: { value: await textOf(context, args), id: context.effect },
    })
    if (typeof answer['existed'] !== 'boolean') throw new ActionFailure('process', 'the answer says nothing of before')
    return { outputs: { existed: answer['existed'], kept: context.effect }, summary: `${String(args['key'])} is set` }
  },
  async probe(context, args) {
    const found = await call(context, args, { method: 'GET', path: pathOf(args) })
    if (found?.['value'] !== (await textOf(context, args))) return { state: 'not_applied' }
    const before = await call(context, args, { method: 'GET', path: keptPath(context.effect) })
    // Somebody else wrote the same value: the effect is there, and what was before it is that value.
    if (before === undefined) return { state: 'not_applied', summary: 'the value is there, but not by this effect' }
    return { state: 'applied', outputs: { existed: before['existed'] === true, kept: context.effect } }
  },
  async dryRun(context, args) {
    await ask(context, args)
    return { coverage: 'checked', summary: `${String(args['key'])} would be set` }
  },
  async undo(context, args, outputs) {
    await callFor(context, args, {
      method: 'POST',
      path: `${keptPath(String(outputs['kept']))}/restore`,
      idempotent: true,
    })
    return { outputs: {}, summary: `${String(args['key'])} is as before` }
  },
}

function pathOf(args: JsonObject): string {
  return `/v1/values/${encodeURIComponent(String(args['key']))}`
}

function keptPath(id: string): string {
  return `/v1/kept/${encodeURIComponent(id)}`
}

async function textOf(context: ActionContext, args: JsonObject): Promise<string> {
  const { value } = args
  return isTainted(value) ? await context.reveal(value) : String(value)
}

function shown(value: unknown): string {
  return isTainted(value) ? '•••' : String(value)
}
