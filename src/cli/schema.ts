import { readSchema, schemaKinds } from '../app/schemas.ts'
import { UsageError } from '../base/error.ts'
import { nearestName } from '../base/nearest.ts'
import { type CommandRun, exitCodes } from './command.ts'
import { say } from './io.ts'
import { listed } from './terminal-text.ts'

/** `rollbook schema [KIND] [--actions]`: the JSON Schema of a kind of file, or the list of kinds. */
export const schema: CommandRun = async (call, io) => {
  const asked = call.positionals[0]
  if (asked === undefined) {
    for (const kind of schemaKinds) say(io, kind)
    return exitCodes.clean
  }
  const kind = schemaKinds.find((known) => known === asked || known === `${asked}/v1`)
  if (kind === undefined) {
    const near = nearestName(asked.includes('/') ? asked : `${asked}/v1`, schemaKinds)
    const hint = near === undefined ? `There are ${listed(schemaKinds)}.` : `Did you mean "${near}"?`
    throw new UsageError('SCHEMA_UNKNOWN', `there is no kind of file "${asked}"`, { hint })
  }
  const plain = await readSchema(kind)
  if (!call.flag('actions')) {
    say(io, JSON.stringify(plain, null, 2))
    return exitCodes.clean
  }
  if (kind !== 'runbook/v1') {
    throw new UsageError('OPTIONS_CONFLICT', `--actions is for runbooks: a file of the kind ${kind} calls none`, {
      hint: 'Leave it out, or ask for "runbook".',
    })
  }
  const { actionInfosOf, executorsOf } = await import('../app/plugins/actions-in-use.ts')
  const { schemaWithActions } = await import('../app/schema-with-actions.ts')
  say(io, JSON.stringify(schemaWithActions(plain, actionInfosOf(executorsOf(io.cwd))), null, 2))
  return exitCodes.clean
}
