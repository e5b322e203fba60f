export interface MailMessage {
  readonly from: string
  readonly to: readonly string[]
  readonly cc?: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html?: string
  readonly messageId?: string
}

export interface MailServer {
  readonly host: string
  readonly port: number
  readonly tls: 'none' | 'starttls' | 'implicit'
  readonly user?: string
  readonly password?: string
  readonly ca?: string
  readonly insecure?: boolean
}

export interface Mail {
  /** @throws ActionFailure by class, as {@link Http} does */
  send(
    server: MailServer,
    message: MailMessage,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<{ readonly messageId: string; readonly accepted: readonly string[]; readonly rejected: readonly string[] }>
}
