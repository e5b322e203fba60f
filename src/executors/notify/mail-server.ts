import type { JsonObject } from '../../base/json.ts'
import { type ActionContext, ActionFailure, type JsonSchema } from '../../ports/executor.ts'
import type { MailServer } from '../../ports/mail.ts'
import { isSet, objectOf, optionalText, portNumber, revealText, wrong } from '../arguments.ts'
import { decode } from '../command.ts'
import { choice, flag, object, part, secretText, text, whole } from '../schema.ts'

export const serverSchema: JsonSchema = part(
  'Server',
  'How the mail server is reached, when it is no system of the inventory.',
  object(
    {
      host: text('Host', 'Name or address.'),
      port: whole('Port', 'Default: 465 with `implicit`, 587 with `starttls`, 25 with `none`.', {
        minimum: 1,
        maximum: 65_535,
      }),
      tls: choice(
        'TLS',
        '`starttls` never falls back to plain text. `none` is for a server on this machine.',
        ['starttls', 'implicit', 'none'],
        {
          default: 'starttls',
        },
      ),
      user: text('User', 'For servers that ask for a login.'),
      password: secretText('Password', 'Password of the user.'),
      ca_file: text('Authorities', 'File with PEM certificates of authorities to trust besides the system’s.'),
      insecure: flag('Without check', 'Does not check the certificate. Loud, and recorded.', { default: false }),
    },
    ['host'],
  ),
)

/** The server that `server` describes, or the system of kind `smtp` that `system` names (or the only one there is). */
export async function mailServerOf(
  context: ActionContext,
  args: JsonObject,
): Promise<{ readonly server: MailServer; readonly from: string | undefined }> {
  const settings = objectOf(args, 'server')
  if (settings !== undefined) return { server: await serverFrom(context, settings), from: undefined }
  const name = optionalText(args, 'system')
  const system = context.system(name)
  if (system === undefined || system.kind !== 'smtp') {
    const what = name === undefined ? 'no mail server is given' : `${name} is no system of kind smtp`
    throw new ActionFailure('process', what, {
      advice: 'Name a system of kind smtp with `system`, or describe the server with `server`.',
      notApplied: true,
    })
  }
  const [host, port] = (system.address ?? '').split(':')
  const merged = {
    ...(host === undefined || host === '' ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...system.settings,
  }
  return { server: await serverFrom(context, merged), from: optionalText(merged, 'from') }
}

async function serverFrom(context: ActionContext, settings: JsonObject): Promise<MailServer> {
  const host = optionalText(settings, 'host')
  if (host === undefined) throw wrong('server.host', 'given')
  const given = optionalText(settings, 'tls') ?? 'starttls'
  const tls = (['starttls', 'implicit', 'none'] as const).find((each) => each === given)
  if (tls === undefined) throw wrong('server.tls', 'starttls, implicit or none')
  const user = optionalText(settings, 'user')
  const password = await revealText(context, settings, 'password')
  const caFile = optionalText(settings, 'ca_file')
  return {
    host,
    port: portNumber(settings, 'port') ?? { implicit: 465, starttls: 587, none: 25 }[tls],
    tls,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(caFile === undefined ? {} : { ca: decode(await context.ports.files.read(caFile)) }),
    ...(isSet(settings, 'insecure') ? { insecure: true } : {}),
  }
}
