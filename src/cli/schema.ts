import { schemas } from '../app/schemas.ts'
import { UsageError } from '../base/error.ts'
import { nearestName } from '../base/nearest.ts'
import { type CommandRun, exitCodes } from './command.ts'
import { say } from './io.ts'

/** `rollbook schema [KIND]`: the JSON Schema of a kind of file, or the list of kinds. */
export const schema: CommandRun = async (call, io) => {
  const asked = call.positionals[0]
  if (asked === undefined) {
    for (const kind of Object.keys(schemas)) say(io, kind)
    return exitCodes.clean
  }
  const kind = asked.includes('/') ? asked : `${asked}/v1`
  const load = schemas[kind]
  if (load === undefined) {
    const near = nearestName(kind, Object.keys(schemas))
    const hint = near === undefined ? `There is ${Object.keys(schemas).join(', ')}.` : `Did you mean "${near}"?`
    throw new UsageError('SCHEMA_UNKNOWN', `there is no kind of file "${asked}"`, { hint })
  }
  say(io, JSON.stringify(await load(), null, 2))
  return exitCodes.clean
}
