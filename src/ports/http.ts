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
  /** Largest body to take, bytes; more is a failure. Default 16 MiB. */
  readonly bodyBytesMax?: number
  /** Default `refuse`: a redirect is handed back as the answer that it is. `follow` goes at most 10 hops. */
  readonly redirects?: 'follow' | 'refuse'
  /** Twice equals once at the far side. Default: what HTTP says of the method, so false for POST and PATCH. */
  readonly idempotent?: boolean
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
 * @throws ActionFailure `unreachable` (refused, reset, name unknown), `timeout`, `refused` (certificate), `cancelled`,
 *   `process` (malformed reply, body too large), `unknown` (a request that is not idempotent went out, and the
 *   connection broke or fell silent before an answer)
 */
export interface Http {
  request(request: HttpRequest): Promise<HttpResponse>
}
