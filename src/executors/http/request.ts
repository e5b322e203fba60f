import type { Json, JsonObject } from '../../base/json.ts'
import { type Action, type ActionContext, ActionFailure, type Capabilities } from '../../ports/executor.ts'
import { isSet, optionalText, requiredText, revealJson } from '../arguments.ts'
import { decode } from '../command.ts'
import { atPointer, parseJson } from '../json-pointer.ts'
import { choice, flag, map, object, secretText, text, whole } from '../schema.ts'
import { shown } from '../wording.ts'
import {
  bodyText,
  callSchema,
  failureOfStatus,
  isExpectedStatus,
  placeOfUrl,
  redirectsSchema,
  requestOf,
  statusSchema,
  timeoutMsDefault,
} from './call.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

const cautious: Capabilities = {
  effect: 'change',
  idempotent: false,
  probe: false,
  dry_run: true,
  reversible: false,
  resumable: false,
}

/** Characters of an answer that stand in the outputs; a longer one is kept as evidence. */
const bodyCharsMax = 65_536

export const request: Action = {
  name: 'http.request',
  title: 'Send an HTTP request',
  description:
    'Sends one request from control and takes values out of the answer. GET and HEAD change nothing; they, PUT and DELETE may be repeated after a crash, as HTTP defines them. POST and PATCH may not, unless `idempotent` says so; for an API that knows idempotency keys, `idempotency_header` sends the id of the effect. When a connection breaks after such a request was sent, the failure is `unknown`.',
  with: object(
    {
      ...callSchema,
      method: choice('Method', 'Verb of the request.', methods, { default: 'GET' }),
      body: secretText('Body', 'Text to send. A secret may be a part of it.'),
      json: {
        title: 'JSON body',
        description: 'Any value, sent as JSON instead of `body`. A secret may stand for any text in it.',
        'x-secret': true,
      },
      status: statusSchema,
      outputs: map(
        'Outputs',
        'Values to take out of a JSON answer, by name.',
        text('Pointer', 'JSON Pointer, such as `/data/0/id`.'),
      ),
      idempotent: flag('Idempotent', 'This POST or PATCH may be repeated: twice equals once.', { default: false }),
      idempotency_header: text(
        'Idempotency header',
        'Header that carries the id of the effect, such as `Idempotency-Key`.',
      ),
      read_only: flag('Reads only', 'This POST only reads, as GraphQL queries do.', { default: false }),
      redirects: { ...redirectsSchema, default: 'refuse' },
    },
    ['url'],
  ),
  outputs: {
    ...object(
      {
        status: whole('Status', 'Status code of the answer.'),
        body: text(
          'Body',
          `The answer as text, at most ${bodyCharsMax} characters; all of it is evidence when there was more.`,
        ),
      },
      ['status', 'body'],
    ),
    additionalProperties: { title: 'Value', description: 'What `outputs` names.' },
  },
  capabilities: cautious,
  capabilitiesOf(args) {
    const isRead = readsOnly(args)
    return { ...cautious, effect: isRead ? 'none' : 'change', idempotent: isRead || mayRepeat(args) }
  },
  duration: { expected_ms: 1000, worst_ms: timeoutMsDefault },
  runs_on: 'both',
  example: {
    method: 'POST',
    url: 'https://api.example.com/v1/jobs',
    json: { kind: 'backup' },
    status: [202],
    outputs: { job: '/id' },
  },
  describe(args) {
    const body = args['json'] === undefined ? shown(args['body']) : shown(args['json'])
    const headers = Object.entries((args['headers'] as JsonObject | undefined) ?? {})
    const lines = headers.map(([name, value]) => `\n${name}: ${shown(value)}`).join('')
    return `${methodOf(args)} ${shown(args['url'])}${lines}${body === '' ? '' : `\n\n${body}`}`
  },
  check(args) {
    const both = args['body'] !== undefined && args['json'] !== undefined
    const bodiless = ['GET', 'HEAD'].includes(methodOf(args)) && (args['body'] ?? args['json']) !== undefined
    return [
      ...(both ? ['give `body` or `json`, not both'] : []),
      ...(bodiless ? [`${methodOf(args)} carries no body`] : []),
      ...(args['read_only'] === true && ['PUT', 'PATCH', 'DELETE'].includes(methodOf(args))
        ? [`${methodOf(args)} cannot be \`read_only\``]
        : []),
    ]
  },
  async perform(context, args) {
    const json = args['json']
    const body = json === undefined ? await bodyText(context, args) : JSON.stringify(await revealJson(context, json))
    const keyHeader = optionalText(args, 'idempotency_header')
    const sent = await requestOf(context, args, {
      method: methodOf(args),
      headers: {
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(keyHeader === undefined ? {} : { [keyHeader]: encodeURIComponent(context.effect) }),
      },
      redirects: optionalText(args, 'redirects') === 'follow' ? 'follow' : 'refuse',
      idempotent: readsOnly(args) || mayRepeat(args),
      ...(body === undefined ? {} : { body }),
    })
    const response = await context.ports.http.request(sent)
    const where = placeOfUrl(requiredText(args, 'url'))
    const answer = decode(response.body)
    if (answer.length > bodyCharsMax) {
      await context.keepEvidence(
        'answer',
        response.headers['content-type'] ?? 'application/octet-stream',
        response.body,
      )
    }
    const outputs = {
      status: response.status,
      body: answer.length > bodyCharsMax ? context.hide(answer).slice(0, bodyCharsMax) : answer,
    }
    if (!isExpectedStatus(args, response.status)) throw failureOfStatus(response, where, outputs)
    return {
      outputs: { ...outputs, ...extract(context, args, answer, where) },
      summary: `${where} answered ${response.status}`,
    }
  },
  async dryRun(context, args) {
    const where = placeOfUrl(requiredText(args, 'url'))
    if (readsOnly(args)) {
      const result = await request.perform(context, args)
      return { coverage: 'checked', summary: result.summary ?? where, outputs: result.outputs }
    }
    const address = requiredText(args, 'url')
    const url = URL.canParse(address) ? new URL(address) : undefined
    if (url === undefined) throw new ActionFailure('process', 'the URL cannot be read', { notApplied: true })
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
    await context.ports.net.tcp(
      url.hostname.replace(/^\[|\]$/g, ''),
      port,
      Math.min(10_000, context.deadlineMs),
      context.signal,
    )
    return { coverage: 'assumed', summary: `${url.host} can be reached; the request was not sent` }
  },
}

function methodOf(args: JsonObject): string {
  return (typeof args['method'] === 'string' ? args['method'] : 'GET').toUpperCase()
}

function readsOnly(args: JsonObject): boolean {
  const method = methodOf(args)
  return method === 'GET' || method === 'HEAD' || (method === 'POST' && args['read_only'] === true)
}

function mayRepeat(args: JsonObject): boolean {
  const method = methodOf(args)
  return (
    method === 'PUT' || method === 'DELETE' || isSet(args, 'idempotent') || args['idempotency_header'] !== undefined
  )
}

function extract(context: ActionContext, args: JsonObject, answer: string, where: string): JsonObject {
  const wanted = Object.entries((args['outputs'] as JsonObject | undefined) ?? {})
  if (wanted.length === 0) return {}
  const parsed = parseJson(answer)
  if (parsed === undefined) throw new ActionFailure('process', `${where}: the answer is no JSON`)
  const values: Record<string, Json> = {}
  for (const [name, pointer] of wanted) {
    const value = typeof pointer === 'string' ? atPointer(parsed.value, pointer) : undefined
    if (value === undefined) {
      throw new ActionFailure(
        'process',
        `${where}: the answer has nothing at ${String(pointer)} for output "${name}"`,
        {
          outputs: { body: context.hide(answer).slice(0, 500) },
        },
      )
    }
    values[name] = value
  }
  return values
}
