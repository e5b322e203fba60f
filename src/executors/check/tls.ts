import type { Action } from '../../ports/executor.ts'
import { sshAddressOf } from '../../ports/ssh-address.ts'
import { isSet, optionalText, portNumber, textList, timeoutMsOf, wholeNumber, wrong } from '../arguments.ts'
import { readsOnly } from '../capabilities.ts'
import { decode } from '../command.ts'
import { duration, flag, list, object, text, whole } from '../schema.ts'
import { shown } from '../wording.ts'
import { verdict } from './verdict.ts'

const timeoutMsDefault = 10_000
const dayMs = 86_400_000

export const tls: Action = {
  name: 'check.tls',
  title: 'Check a TLS certificate',
  description:
    'Connects from control and reads the certificate: how many days it is still valid, which names it holds, whether it is trusted. Nothing is sent over the connection.',
  with: object({
    host: text('Host', 'Name or address. Default: the address of the target.'),
    port: whole('Port', 'TCP port.', { minimum: 1, maximum: 65_535, default: 443 }),
    server_name: text('Server name', 'Name that the server is asked for, when it is not `host`.'),
    min_days_left: whole('Least days left', 'The check fails when the certificate ends sooner.', {
      minimum: 0,
      default: 14,
    }),
    names: list(
      'Names',
      'Names that the certificate must hold; `*.example.org` covers one level.',
      text('Name', 'DNS name or address.'),
    ),
    trusted: flag('Trusted', 'Fail unless an authority is known that signed it.', { default: true }),
    ca_file: text('Authorities', 'File with PEM certificates of authorities to trust besides the system’s.'),
    timeout: duration('Timeout', 'Longest time until the certificate is read.', { default: '10s' }),
  }),
  outputs: object(
    {
      subject: text('Subject', 'Whom the certificate is for.'),
      issuer: text('Issuer', 'Who signed it.'),
      names: list('Names', 'Names that it holds.', text('Name', 'DNS name or address.')),
      days_left: whole('Days left', 'Whole days until it ends; negative when it has ended.'),
      valid_to: text('Valid to', 'Last instant, RFC 3339.'),
      fingerprint: text('Fingerprint', 'SHA-256 of the certificate.'),
      trusted: flag('Trusted', 'Whether an authority is known that signed it.'),
    },
    ['subject', 'issuer', 'names', 'days_left', 'valid_to', 'fingerprint', 'trusted'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 1000, worst_ms: timeoutMsDefault },
  runs_on: 'both',
  example: { host: 'api.example.com', min_days_left: 30, names: ['api.example.com'] },
  describe(args, target) {
    const host = args['host'] === undefined ? (target?.address ?? target?.name ?? '') : shown(args['host'])
    return `certificate of ${host}:${shown(args['port'] ?? 443)}, at least ${shown(args['min_days_left'] ?? 14)} days left`
  },
  async perform(context, args) {
    const host =
      optionalText(args, 'host') ?? (context.target === undefined ? undefined : sshAddressOf(context.target).host)
    if (host === undefined) throw wrong('host', 'given')
    const caFile = optionalText(args, 'ca_file')
    const serverName = optionalText(args, 'server_name')
    const found = await context.ports.net.tls(host, portNumber(args, 'port') ?? 443, {
      timeoutMs: timeoutMsOf(context, args, timeoutMsDefault),
      signal: context.signal,
      ...(serverName === undefined ? {} : { serverName }),
      ...(caFile === undefined ? {} : { ca: decode(await context.ports.files.read(caFile)) }),
    })
    const daysLeft = Math.floor((found.validTo - context.ports.clock.now()) / dayMs)
    const outputs = {
      subject: found.subject,
      issuer: found.issuer,
      names: found.names,
      days_left: daysLeft,
      valid_to: new Date(found.validTo).toISOString(),
      fingerprint: found.fingerprint256,
      trusted: found.trusted,
    }
    const leastDays = wholeNumber(args, 'min_days_left') ?? 14
    const missing = textList(args, 'names').filter((name) => !found.names.some((held) => covers(held, name)))
    const problems = [
      ...(daysLeft < leastDays
        ? [daysLeft < 0 ? `it ended ${-daysLeft} days ago` : `it ends in ${daysLeft} days, ${leastDays} are needed`]
        : []),
      ...(missing.length > 0 ? [`it does not hold ${missing.join(', ')}`] : []),
      ...(isSet(args, 'trusted', true) && !found.trusted
        ? [`it is not trusted (${found.trustError ?? 'unknown reason'})`]
        : []),
    ]
    const words = problems.length === 0 ? `valid for another ${daysLeft} days` : problems.join('; ')
    return verdict(
      problems.length === 0,
      `certificate of ${host}: ${words}`,
      outputs,
      'Renew or replace the certificate.',
    )
  },
}

/** Whether a name of a certificate covers a name; a `*` stands for the first label only (RFC 6125). */
export function covers(held: string, name: string): boolean {
  const a = held.toLowerCase()
  const b = name.toLowerCase()
  if (a === b) return true
  return a.startsWith('*.') && b.includes('.') && b.slice(b.indexOf('.')) === a.slice(1)
}
