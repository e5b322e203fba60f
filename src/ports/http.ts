export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** PEM text of certificate authorities to trust besides the system's. */
  readonly ca?: string
  /** Loud and recorded; certificates are checked unless this is true. */
  readonly insecure?: boolean
  /** Largest body to take, bytes; more is a failure. */
  readonly bodyBytesMax?: number
  readonly redirects?: 'follow' | 'refuse'
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/**
 * HTTP over a pool of connections. A status is an answer, not a failure.
 *
 * @throws ActionFailure `unreachable` (refused, reset, name unknown), `timeout`, `refused` (certificate), `cancelled`
 */
export interface Http {
  request(request: HttpRequest): Promise<HttpResponse>
}
