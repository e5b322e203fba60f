/** Builds a request from arguments that all HTTP actions share. */
import type { JsonObject } from '../../base/json.ts'
import { type ActionContext, ActionFailure, type JsonSchema } from '../../ports/executor.ts'
import type { HttpRequest, HttpResponse } from '../../ports/http.ts'
import {
  isSet,
  optionalText,
  requiredText,
  revealMap,
  revealText,
  timeoutMsOf,
  wholeNumbers,
  wrong,
} from '../arguments.ts'
import { decode } from '../command.ts'
import { choice, duration, flag, list, map, secretText, text, whole } from '../schema.ts'

export const timeoutMsDefault = 30_000

export const callSchema: Readonly<Record<string, JsonSchema>> = {
  url: text(
    'URL',
    'Full address, `http` or `https`. Never a secret: it stands in logs everywhere. Give tokens as headers.',
    {
      examples: ['https://api.example.com/v1/status'],
    },
  ),
  headers: map('Headers', 'Headers of the request; a token belongs here.', secretText('Value', 'Value of the header.')),
  ca_file: text('Authorities', 'File with PEM certificates of authorities to trust besides the system’s.'),
  insecure: flag('Without check', 'Does not check the certificate. Loud, and recorded; for laboratories only.', {
    default: false,
  }),
  timeout: duration('Timeout', 'Longest time until the whole answer is there.', { default: '30s' }),
}

export const redirectsSchema: JsonSchema = choice(
  'Redirects',
  '`refuse`: a redirect is the answer. `follow`: up to 10 hops; headers go to the same origin only.',
  ['refuse', 'follow'],
)

export const statusSchema: JsonSchema = list(
  'Expected status',
  'Codes that count as success. Default: 200 to 299.',
  whole('Code', 'Status code.', { minimum: 100, maximum: 599 }),
)

export async function requestOf(
  context: ActionContext,
  args: JsonObject,
  more: Pick<HttpRequest, 'method'> & Partial<HttpRequest>,
): Promise<HttpRequest> {
  const headers = await revealMap(context, args, 'headers')
  const caFile = optionalText(args, 'ca_file')
  refuseBadHeaders(headers)
  return {
    url: requiredText(args, 'url'),
    timeoutMs: timeoutMsOf(context, args, timeoutMsDefault),
    signal: context.signal,
    ...(caFile === undefined ? {} : { ca: decode(await context.ports.files.read(caFile)) }),
    ...(isSet(args, 'insecure') ? { insecure: true } : {}),
    ...more,
    ...(headers === undefined && more.headers === undefined ? {} : { headers: { ...more.headers, ...headers } }),
  }
}

/** What no header can carry, most often the line break at the end of a token from a file; the value is not shown. */
export function refuseBadHeaders(headers: Readonly<Record<string, string>> | undefined): void {
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (/[\r\n\0]/.test(value)) throw wrong(`headers.${name}`, 'free of line breaks')
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
      throw wrong(`headers.${name}`, 'made of characters that a header can carry')
  }
}

/** The body as text, for `body: …`; a secret may be a part of it. */
export async function bodyText(context: ActionContext, args: JsonObject): Promise<string | undefined> {
  return await revealText(context, args, 'body')
}

export function isExpectedStatus(args: JsonObject, status: number, name = 'status'): boolean {
  const expected = wholeNumbers(args, name, [])
  return expected.length === 0 ? status >= 200 && status < 300 : expected.includes(status)
}

/** What a status that was not expected means for trying again. */
export function failureOfStatus(response: HttpResponse, where: string, outputs: JsonObject): ActionFailure {
  const { status } = response
  const message = `${where} answered ${status}`
  if (status === 401 || status === 403) {
    return new ActionFailure('refused', message, { outputs, advice: 'Check the credentials and what they may do.' })
  }
  if (status === 408 || status === 425 || status === 429 || status === 503) {
    return new ActionFailure('not_ready', message, { outputs, advice: 'The service asks to try later.' })
  }
  if (status === 502 || status === 504) {
    return new ActionFailure('unreachable', message, {
      outputs,
      advice: 'The gateway does not reach the service behind it.',
    })
  }
  if (status >= 400 && status < 500) return new ActionFailure('refused', message, { outputs })
  return new ActionFailure('process', message, { outputs })
}

/** Host and path, without a query: it may hold what is nobody's business. */
export function placeOfUrl(url: string): string {
  return url.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//')
}
