/** Calls that the vendor publishes no API action for: whoever knows one names it, nobody is given an invented one. */
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts'
import { type ActionContext, ActionFailure, type JsonSchema } from '../../ports/executor.ts'
import { decode, runCommand } from '../command.ts'
import { parseJson } from '../json-pointer.ts'
import { argv, choice, map, object, part, text } from '../schema.ts'
import { type Controller, failureOf } from './controller.ts'
import { type Lookup, lookupOf, type UnpublishedAction } from './settings.ts'

/** Schema of the argument that names the call. */
export function callSchema(name: UnpublishedAction): JsonSchema {
  return {
    title: 'Call',
    description: `**Not published by the vendor**, who documents a button of the console only. The name of the API action, \`{action, method, params}\` with the API’s own names of the parameters, or \`{command}\` for a program on control that prints a JSON object. Default: \`settings.unpublished.${name}\` of the system; without either the action fails before anything is asked.`,
    oneOf: [
      text('Name', 'Name of the API action.', { minLength: 1 }),
      part(
        'Action',
        'API action with its method and the names of its parameters.',
        object(
          {
            action: text('Action', 'Name of the API action.', { minLength: 1 }),
            method: choice('Method', 'Verb of the request.', ['GET', 'POST'], { default: 'POST' }),
            params: map(
              'Parameters',
              'The API’s name for each parameter that is called otherwise here.',
              text('Name', 'As the API calls it.'),
            ),
          },
          ['action'],
        ),
      ),
      part(
        'Command',
        'Program on control that prints one JSON object.',
        object({ command: argv('Command', 'Program first, then one argument each.') }, ['command']),
      ),
    ],
  }
}

/** What was said: `refused` carries the controller's words. */
export type Said =
  | { readonly kind: 'answer'; readonly results: Json }
  | { readonly kind: 'refused'; readonly reason: string }

/** The call as the step or the system names it. @returns nothing where nobody does */
export function namedLookup(controller: Controller, args: JsonObject, name: UnpublishedAction): Lookup | undefined {
  const own = args['call']
  return own === undefined || own === null ? controller.settings.lookups[name] : lookupOf(own, 'argument "call"')
}

/** @throws ActionFailure when nobody names the call */
export function lookupFor(controller: Controller, args: JsonObject, name: UnpublishedAction): Lookup {
  const lookup = namedLookup(controller, args, name)
  if (lookup !== undefined) return lookup
  throw new ActionFailure('process', `nobody says which call stands for ${name}: the vendor publishes none`, {
    advice: `Name it in settings.unpublished.${name} of the system or with the argument \`call\`, or do this in the console as a manual step.`,
    notApplied: true,
  })
}

/** Asks. A call of these changes nothing by our reading, so it may be sent again after transient failures. */
export async function ask(
  context: ActionContext,
  controller: Controller,
  lookup: Lookup,
  params: Readonly<Record<string, string>>,
): Promise<Said> {
  if (lookup.kind === 'command') return { kind: 'answer', results: await printed(context, lookup.argv) }
  const named = Object.entries(params).map(([ours, value]) => [lookup.params[ours] ?? ours, value] as const)
  const call = { endpoint: 'api', method: lookup.method, action: lookup.action, isRead: true } as const
  const retries = [1000, 2000, 4000] as const
  for (let tries = 0; ; tries += 1) {
    const outcome = await controller.send(
      { ...call, params: Object.fromEntries(named), timeoutMs: 600_000 },
      context.signal,
    )
    if (outcome.kind === 'answer') return { kind: 'answer', results: outcome.body['results'] ?? null }
    const failure = failureOf(outcome, lookup.action)
    if (outcome.kind === 'refused' && failure.outputs['unknown_action'] === undefined) return outcome
    const pauseMs = retries[tries]
    const isTransient = outcome.kind === 'restarting' || failure.class === 'unreachable'
    if (!isTransient || pauseMs === undefined) throw failure
    await controller.pause(pauseMs, context.signal, `asking the controller for ${lookup.action}`)
  }
}

async function printed(context: ActionContext, argv: readonly [string, ...string[]]): Promise<Json> {
  const { target: _, ...onControl } = context
  const result = await runCommand(onControl, { argv, timeoutMs: Math.min(120_000, context.deadlineMs) })
  if (result.exitCode !== 0) {
    throw new ActionFailure('process', `${argv[0]} ended with exit code ${result.exitCode ?? 'none'}`, {
      outputs: { stderr: context.hide(decode(result.stderr).trim()).slice(0, 500) },
      advice: 'Run it by hand on control, cure the cause, then try again.',
    })
  }
  const parsed = parseJson(decode(result.stdout).trim())
  if (parsed !== undefined && isJsonObject(parsed.value)) return parsed.value
  throw new ActionFailure('process', `${argv[0]} printed no JSON object`, {
    advice: 'Correct the command in the settings.',
  })
}

/** The answer as evidence, as it came. */
export async function keepAnswer(context: ActionContext, name: string, said: Said): Promise<void> {
  const content = said.kind === 'refused' ? { return: false, reason: said.reason } : said.results
  await context.keepEvidence(name, 'application/json', JSON.stringify(content, null, 2))
}
