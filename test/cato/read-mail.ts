/** The mailing list of the tests, and its mails as a reader sees them. */

export const list: readonly string[] = ['sockets@example.com', 'night@example.com']

/** Values of inputs with which the runbook sends its mails to a server on this machine. */
export function mailInputs(port: number): readonly string[] {
  return ['mail_host=127.0.0.1', `mail_port=${port}`, 'mail_tls=none', `mailing_list=${JSON.stringify(list)}`]
}

export function readMail(message: string): { readonly subject: string; readonly text: string } {
  const [head = '', ...rest] = message.split('\r\n\r\n')
  const subject = /^Subject: ((?:.*)(?:\r\n[ \t].*)*)/m.exec(head)?.[1] ?? ''
  const text = rest.join('\n\n').replaceAll(/=\r\n/g, '').replaceAll('\r\n', '\n')
  return { subject: subject.replaceAll(/\r\n[ \t]/g, ' '), text }
}
