import type { Action, JsonObject } from 'rollbook'
import { ask, call, callFor } from '../call.ts'
import { object, system, text } from '../schema.ts'

export const note: Action = {
  name: 'shelf.note',
  title: 'Add to the logbook',
  description:
    'Adds a line to the logbook of the appliance. Adding it twice gives two lines, so it is never repeated blindly; each line carries the id of its effect, by which it can be found.',
  with: object({ text: text('Text', 'The line.'), system }, ['text']),
  outputs: object({ id: text('Id', 'Id of the line.') }, ['id']),
  capabilities: {
    effect: 'change',
    idempotent: false,
    probe: true,
    dry_run: true,
    reversible: true,
    resumable: false,
  },
  duration: { expected_ms: 200, worst_ms: 30_000 },
  runs_on: 'both',
  example: { text: 'Upgrade begins' },
  describe: (args) => `note: ${String(args['text'])}`,
  async perform(context, args) {
    const body: JsonObject = { id: context.effect, text: String(args['text']) }
    await callFor(context, args, { method: 'POST', path: '/v1/notes', body })
    return { outputs: { id: context.effect }, summary: 'noted' }
  },
  async probe(context, args) {
    const found = await call(context, args, { method: 'GET', path: pathOf(context.effect) })
    return found === undefined ? { state: 'not_applied' } : { state: 'applied', outputs: { id: context.effect } }
  },
  async dryRun(context, args) {
    await ask(context, args)
    return { coverage: 'checked', summary: 'would be noted' }
  },
  async undo(context, args, outputs) {
    await call(context, args, { method: 'DELETE', path: pathOf(String(outputs['id'])) })
    return { outputs: {}, summary: 'the line is gone' }
  },
}

function pathOf(id: string): string {
  return `/v1/notes/${encodeURIComponent(id)}`
}
