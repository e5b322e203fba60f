import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { onTestFinished } from 'vitest'

export interface MailServerForTests {
  readonly port: number
  /** Whole messages as they came over the wire. */
  readonly messages: string[]
  readonly recipients: string[]
}

/** A real SMTP server on a port that the system hands out, until the test is over. */
export async function serveMail(options: SMTPServerOptions = {}): Promise<MailServerForTests> {
  const messages: string[] = []
  const recipients: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.key === undefined ? ['STARTTLS'] : [],
    allowInsecureAuth: true,
    onData(stream, session, done) {
      let text = ''
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      stream.on('end', () => {
        messages.push(text)
        recipients.push(...session.envelope.rcptTo.map((each) => each.address))
        done()
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(resolve)))
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('the mail server has no port')
  return { port: address.port, messages, recipients }
}
