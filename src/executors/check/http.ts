import { canonicalJson, isJsonObject, type JsonObject } from '../../base/json.ts'
import { type Action, type ActionContext, ActionFailure } from '../../ports/executor.ts'
import { optionalText, requiredText } from '../arguments.ts'
import { readsOnly } from '../capabilities.ts'
import { decode } from '../command.ts'
import {
  callSchema,
  isExpectedStatus,
  placeOfUrl,
  redirectsSchema,
  requestOf,
  statusSchema,
  timeoutMsDefault,
} from '../http/call.ts'
import { atPointer, parseJson } from '../json-pointer.ts'
import { choice, list, object, text, whole } from '../schema.ts'
import { patternProblems, textConditions, unmetConditions } from '../text-condition.ts'
import { shown } from '../wording.ts'
import { verdict } from './verdict.ts'

export const httpCheck: Action = {
  name: 'check.http',
  title: 'Check a web service',
  description:
    'Asks a web service from control and judges status, text and JSON of the answer. Sends GET or HEAD only, and follows redirects.',
  with: object(
    {
      ...callSchema,
      method: choice('Method', 'Neither changes anything.', ['GET', 'HEAD'], { default: 'GET' }),
      status: statusSchema,
      ...textConditions,
      json: list(
        'JSON',
        'Values that the answer must hold.',
        object(
          {
            pointer: text('Pointer', 'JSON Pointer, such as `/status/phase`; empty for the whole answer.'),
            equals: { title: 'Equals', description: 'Value that must stand there; any JSON.' },
          },
          ['pointer', 'equals'],
        ),
      ),
      redirects: { ...redirectsSchema, default: 'follow' },
    },
    ['url'],
  ),
  outputs: object(
    { status: whole('Status', 'Status code of the answer.'), bytes: whole('Size', 'Size of the body in bytes.') },
    ['status', 'bytes'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 1000, worst_ms: timeoutMsDefault },
  runs_on: 'both',
  example: { url: 'https://api.example.com/health', status: [200], json: [{ pointer: '/status', equals: 'ok' }] },
  describe: (args) => `${shown(args['method'] ?? 'GET')} ${shown(args['url'])}`,
  check: (args) => patternProblems(args, 'matches'),
  async perform(context, args) {
    const request = await requestOf(context, args, {
      method: optionalText(args, 'method') ?? 'GET',
      redirects: optionalText(args, 'redirects') === 'refuse' ? 'refuse' : 'follow',
    })
    const response = await context.ports.http.request(request)
    const where = placeOfUrl(request.url)
    const outputs = { status: response.status, bytes: response.body.length }
    if (!isExpectedStatus(args, response.status)) return verdict(false, `${where} answered ${response.status}`, outputs)
    const body = decode(response.body)
    const unmet = [...unmetConditions(args, body, 'the answer'), ...unmetJson(context, args, body, where)]
    return verdict(
      unmet.length === 0,
      unmet.length === 0 ? `${where} answered ${response.status}` : unmet.join('; '),
      outputs,
    )
  },
}

function unmetJson(context: ActionContext, args: JsonObject, body: string, where: string): readonly string[] {
  const conditions = Array.isArray(args['json']) ? args['json'] : []
  if (conditions.length === 0) return []
  const parsed = parseJson(body)
  if (parsed === undefined) throw new ActionFailure('process', `${where}: the answer is no JSON`)
  return conditions.filter(isJsonObject).flatMap((condition) => {
    const pointer = requiredText(condition, 'pointer')
    const found = atPointer(parsed.value, pointer)
    if (found !== undefined && canonicalJson(found) === canonicalJson(condition['equals'])) return []
    const is = found === undefined ? 'missing' : context.hide(canonicalJson(found)).slice(0, 200)
    return [`${pointer || 'the answer'} is ${is}, not ${canonicalJson(condition['equals'])}`]
  })
}
