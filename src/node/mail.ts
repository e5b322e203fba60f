import type { SendMailOptions, SMTPTransportOptions } from 'nodemailer'
import { failureOfAbort, refuseWhenAborted } from '../ports/abort.ts'
import { ActionFailure } from '../ports/executor.ts'
import type { Mail, MailMessage, MailServer } from '../ports/mail.ts'
import { errorCode, failureOfNetwork } from './network-failure.ts'
import { timerMs } from './timer.ts'
import { trustContext } from './trust.ts'

export interface MailOptions {
  /** Told for which server certificates go unchecked. */
  readonly onInsecure?: (message: string) => void
}

/** SMTP, one connection per message. The library is loaded with the first message, because few runs send any. */
export function makeMail(mailOptions: MailOptions = {}): Mail {
  return {
    async send(server, message, options) {
      const where = `${server.host}:${server.port}`
      refuseWhenAborted(options.signal, `sending mail through ${where}`)
      if (server.insecure === true) mailOptions.onInsecure?.(`certificates of ${where} are not checked`)
      const { createTransport } = await import('nodemailer')
      let isContentSent = false
      const deadline = AbortSignal.timeout(timerMs(options.timeoutMs))
      const transport = createTransport({
        ...connectionOf(server, timerMs(options.timeoutMs)),
        // From the command DATA on, a broken connection leaves open whether the mail was taken.
        debug: true,
        logger: watchCommands((command) => {
          if (command === 'DATA') isContentSent = true
        }),
      })
      try {
        const signal = options.signal ? AbortSignal.any([deadline, options.signal]) : deadline
        const sent = await transport.sendMail({ ...contentOf(message), signal })
        return {
          messageId: sent.messageId,
          accepted: sent.accepted.map(addressText),
          rejected: sent.rejected.map(addressText),
        }
      } catch (error) {
        if (options.signal?.aborted) throw failureOfAbort(options.signal, `sending mail through ${where}`)
        const failure = deadline.aborted
          ? new ActionFailure('timeout', `${where} did not take the mail within ${options.timeoutMs} ms`)
          : failureOfMail(error, where)
        throw isContentSent ? doubtful(failure) : failure
      } finally {
        transport.close()
      }
    },
  }
}

function connectionOf(server: MailServer, timeoutMs: number): SMTPTransportOptions {
  return {
    host: server.host,
    port: server.port,
    secure: server.tls === 'implicit',
    requireTLS: server.tls === 'starttls',
    ignoreTLS: server.tls === 'none',
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(server.user === undefined ? {} : { auth: { user: server.user, pass: server.password ?? '' } }),
    tls: server.insecure === true ? { rejectUnauthorized: false } : { secureContext: trustContext(server.ca) },
  }
}

function contentOf(message: MailMessage): SendMailOptions {
  return {
    from: message.from,
    to: [...message.to],
    ...(message.cc === undefined ? {} : { cc: [...message.cc] }),
    subject: message.subject,
    text: message.text,
    ...(message.html === undefined ? {} : { html: message.html }),
    ...(message.messageId === undefined ? {} : { messageId: message.messageId }),
  }
}

/** A logger that writes nothing and tells which commands go out. */
function watchCommands(onCommand: (command: string) => void): SMTPTransportOptions['logger'] {
  const drop = (): void => undefined
  return {
    trace: drop,
    info: drop,
    warn: drop,
    error: drop,
    fatal: drop,
    debug(entry: unknown, message: unknown) {
      const isCommand = typeof entry === 'object' && entry !== null && 'tnx' in entry && entry.tnx === 'client'
      if (isCommand && typeof message === 'string') onCommand(message)
    },
  }
}

function addressText(address: string | { readonly address: string }): string {
  return typeof address === 'string' ? address : address.address
}

function failureOfMail(error: unknown, where: string): ActionFailure {
  const system = error instanceof Error && 'originalCode' in error ? error.originalCode : undefined
  if (typeof system === 'string')
    return failureOfNetwork(Object.assign(new Error(String(error)), { code: system }), where)
  const reply = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : Number.NaN
  const words = `${where}: ${error instanceof Error ? error.message : String(error)}`
  switch (errorCode(error)) {
    case 'ECONNECTION':
    case 'ESOCKET':
    case 'EDNS':
      return new ActionFailure('unreachable', words, {
        advice: 'Check address, port, firewall and that the mail server runs; then try again.',
        cause: error,
      })
    case 'ETIMEDOUT':
      return new ActionFailure('timeout', words, { cause: error })
    case 'EAUTH':
    case 'ENOAUTH':
      return new ActionFailure('refused', words, {
        advice: 'Check user and password of the mail server.',
        cause: error,
      })
    case 'ETLS':
      return new ActionFailure('refused', words, {
        advice: 'Check that the server offers STARTTLS on this port, and its certificate.',
        cause: error,
      })
    case 'EENVELOPE':
    case 'EMESSAGE':
      // RFC 5321: a reply in 4xx is for now, one in 5xx for good.
      return reply >= 400 && reply < 500
        ? new ActionFailure('not_ready', words, { advice: 'The server asks to try later.', cause: error })
        : new ActionFailure('refused', words, { advice: 'Check sender, recipients and size.', cause: error })
    default:
      return failureOfNetwork(error, where)
  }
}

function doubtful(failure: ActionFailure): ActionFailure {
  if (failure.class !== 'unreachable' && failure.class !== 'timeout') return failure
  return new ActionFailure('unknown', `${failure.message}; the mail had been handed over, so it may arrive`, {
    advice: 'Ask a recipient, or look at the log of the mail server, before it is sent again.',
    cause: failure,
  })
}
