export interface TlsCertificate {
  readonly subject: string
  readonly issuer: string
  /** Milliseconds since the epoch. */
  readonly validFrom: number
  readonly validTo: number
  readonly names: readonly string[]
  readonly fingerprint256: string
  readonly trusted: boolean
  readonly trustError?: string
}

/** Probes of the network from where the engine runs. Failures are ActionFailure by class. */
export interface Net {
  /** Opens a TCP connection and closes it. */
  tcp(host: string, port: number, timeoutMs: number, signal?: AbortSignal): Promise<{ readonly ms: number }>
  /**
   * Records in text form, sorted: addresses, names, `10 mail.example.org`, texts. A name without such records gives
   * an empty list. Without `servers` addresses are looked up as programs of this machine do (hosts file included).
   */
  dns(
    name: string,
    type: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'TXT',
    timeoutMs: number,
    servers?: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly string[]>
  tls(
    host: string,
    port: number,
    options: {
      readonly serverName?: string
      readonly timeoutMs: number
      readonly ca?: string
      readonly signal?: AbortSignal
    },
  ): Promise<TlsCertificate>
}
