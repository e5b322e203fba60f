import { type Action, ActionFailure } from '../../ports/executor.ts'
import { isSet, optionalText, revealJson, revealMap, revealText, timeoutMsOf, wrong } from '../arguments.ts'
import { decode } from '../command.ts'
import { failureOfStatus, isExpectedStatus, refuseBadHeaders, statusSchema } from '../http/call.ts'
import { duration, flag, map, object, secretText, text, whole } from '../schema.ts'
import { shown } from '../wording.ts'

const timeoutMsDefault = 30_000

export const webhook: Action = {
  name: 'notify.webhook',
  title: 'Call a webhook',
  description:
    'Posts JSON to an address, for chat rooms, ticket systems and alarms. The address may be a secret, as those of chat rooms are. Trying again is the business of the step’s `retry`.',
  with: object(
    {
      url: secretText('URL', 'Address of the webhook. May be a secret as a whole.'),
      text: text('Text', 'Message; sent as `{"text": …}`, which Slack, Mattermost and Teams understand.'),
      json: {
        title: 'JSON body',
        description: 'Any value to send instead of `text`. A secret may stand for any text in it.',
        'x-secret': true,
      },
      headers: map(
        'Headers',
        'Headers of the request; a token belongs here.',
        secretText('Value', 'Value of the header.'),
      ),
      status: statusSchema,
      ca_file: text('Authorities', 'File with PEM certificates of authorities to trust besides the system’s.'),
      insecure: flag('Without check', 'Does not check the certificate. Loud, and recorded.', { default: false }),
      timeout: duration('Timeout', 'Longest time until the answer is there.', { default: '30s' }),
    },
    ['url'],
  ),
  outputs: object({ status: whole('Status', 'Status code of the answer.') }, ['status']),
  capabilities: {
    effect: 'change',
    idempotent: false,
    probe: false,
    dry_run: true,
    reversible: false,
    resumable: false,
    leaves_nothing_to_undo: true,
  },
  duration: { expected_ms: 1000, worst_ms: timeoutMsDefault },
  runs_on: 'both',
  example: { url: '${{ inputs.chat_webhook }}', text: 'The upgrade of cluster A begins.' },
  describe: (args) => `post to ${shown(args['url'])}: ${shown(args['json'] ?? args['text'])}`,
  check(args) {
    const count = Number(args['text'] !== undefined) + Number(args['json'] !== undefined)
    return count === 1 ? [] : ['give exactly one of `text` and `json`']
  },
  async perform(context, args) {
    const url = await revealText(context, args, 'url')
    if (url === undefined) throw wrong('url', 'given')
    const json = args['json']
    const body = json === undefined ? { text: optionalText(args, 'text') ?? '' } : await revealJson(context, json)
    const caFile = optionalText(args, 'ca_file')
    const headers = await revealMap(context, args, 'headers')
    refuseBadHeaders(headers)
    const response = await context.ports.http.request({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      timeoutMs: timeoutMsOf(context, args, timeoutMsDefault),
      signal: context.signal,
      ...(caFile === undefined ? {} : { ca: decode(await context.ports.files.read(caFile)) }),
      ...(isSet(args, 'insecure') ? { insecure: true } : {}),
    })
    // Path and query of the address may be the secret, so only the host is named.
    const host = hostOf(url)
    const outputs = { status: response.status }
    if (!isExpectedStatus(args, response.status)) throw failureOfStatus(response, host, outputs)
    return { outputs, summary: `${host} answered ${response.status}` }
  },
  async dryRun(context, args) {
    const url = await revealText(context, args, 'url')
    if (url === undefined || !URL.canParse(url))
      throw new ActionFailure('process', 'the URL cannot be read', { notApplied: true })
    const { hostname, port, protocol } = new URL(url)
    const host = hostname.replace(/^\[|\]$/g, '')
    await context.ports.net.tcp(
      host,
      Number(port || (protocol === 'https:' ? 443 : 80)),
      timeoutMsOf(context, args, timeoutMsDefault),
      context.signal,
    )
    return { coverage: 'assumed', summary: `${host} can be reached; nothing was sent` }
  },
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the webhook'
}
