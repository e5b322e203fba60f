import type { JsonObject } from '../../base/json.ts'
import { type Action, ActionFailure } from '../../ports/executor.ts'
import { optionalText, requiredText, textList, timeoutMsOf, wrong } from '../arguments.ts'
import { duration, list, object, text } from '../schema.ts'
import { markerName } from '../ssh/marker.ts'
import { shown } from '../wording.ts'
import { mailServerOf, serverSchema } from './mail-server.ts'

const timeoutMsDefault = 60_000

export const email: Action = {
  name: 'notify.email',
  title: 'Send an e-mail',
  description:
    'Sends a mail from control. A mail that is sent cannot be taken back, so it is never repeated without need; its Message-ID is made from the effect, by which a repeated one can be recognised. Secrets have no place in a mail.',
  with: object(
    {
      to: list('To', 'Recipients.', text('Address', 'Such as `ops@example.org`, or `Operations <ops@example.org>`.'), {
        minItems: 1,
      }),
      cc: list('Copy', 'Further recipients.', text('Address', 'Such as `cab@example.org`.')),
      from: text('From', 'Sender. Default: `from` of the system.'),
      subject: text('Subject', 'One line.'),
      text: text('Text', 'Body, plain text.'),
      system: text('System', 'System of kind `smtp` in the inventory. Default: the system of the target.'),
      server: serverSchema,
      timeout: duration('Timeout', 'Longest time until the server has taken the mail.', { default: '1m' }),
    },
    ['to', 'subject', 'text'],
  ),
  outputs: object(
    {
      message_id: text('Message-ID', 'By which the mail can be found.'),
      accepted: list('Accepted', 'Recipients that the server took.', text('Address', 'One recipient.')),
    },
    ['message_id', 'accepted'],
  ),
  capabilities: {
    effect: 'change',
    idempotent: false,
    probe: false,
    dry_run: true,
    reversible: false,
    resumable: false,
    leaves_nothing_to_undo: true,
  },
  duration: { expected_ms: 3000, worst_ms: timeoutMsDefault },
  runs_on: 'both',
  example: {
    system: 'mail',
    to: ['ops@example.org'],
    subject: 'Upgrade tonight at 22:00',
    text: 'The console will be read-only until 23:00.',
  },
  describe: (args) => `mail to ${textOf(args, 'to')}: ${shown(args['subject'])}`,
  check(args) {
    const both = args['system'] !== undefined && args['server'] !== undefined
    return both ? ['give `system` or `server`, not both'] : []
  },
  async perform(context, args) {
    const { server, from: fromOfSystem } = await mailServerOf(context, args)
    const from = optionalText(args, 'from') ?? fromOfSystem
    if (from === undefined) throw wrong('from', 'given')
    const cc = textList(args, 'cc')
    const sent = await context.ports.mail.send(
      server,
      {
        from,
        to: textList(args, 'to'),
        ...(cc.length > 0 ? { cc } : {}),
        subject: requiredText(args, 'subject').replace(/[\r\n]+/g, ' '),
        text: requiredText(args, 'text'),
        messageId: messageIdOf(context.effect, from),
      },
      { timeoutMs: timeoutMsOf(context, args, timeoutMsDefault), signal: context.signal },
    )
    const outputs = { message_id: sent.messageId, accepted: sent.accepted }
    if (sent.rejected.length > 0) {
      // Sent to some: a repetition would reach those twice, so a person decides.
      throw new ActionFailure('unknown', `the server refused ${sent.rejected.join(', ')}; the others get the mail`, {
        outputs,
        advice: 'Correct the addresses, and tell those people in another way.',
      })
    }
    return { outputs, summary: `sent to ${sent.accepted.join(', ')}` }
  },
  async dryRun(context, args) {
    const { server } = await mailServerOf(context, args)
    await context.ports.net.tcp(server.host, server.port, timeoutMsOf(context, args, timeoutMsDefault), context.signal)
    return { coverage: 'assumed', summary: `${server.host}:${server.port} can be reached; no mail was sent` }
  },
}

function textOf(args: JsonObject, name: string): string {
  const value = args[name]
  return Array.isArray(value) ? value.map((each) => shown(each)).join(', ') : shown(value)
}

function messageIdOf(effect: string, from: string): string {
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'rollbook.invalid'
  return `<${markerName(effect)}@${domain}>`
}
