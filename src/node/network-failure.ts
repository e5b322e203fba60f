import { ActionFailure } from '../ports/executor.ts'

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  ECONNABORTED: 'the connection broke',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  EHOSTDOWN: 'the host is down',
  ENETDOWN: 'the network is down',
  ETIMEDOUT: 'the host does not answer',
  ENOTFOUND: 'the name is unknown',
  EAI_AGAIN: 'the name cannot be looked up now',
  EADDRNOTAVAIL: 'the address cannot be used from here',
}

const certificate: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate is revoked',
  CERT_UNTRUSTED: 'its certificate is not trusted',
  CERT_REJECTED: 'its certificate is rejected',
  CERT_SIGNATURE_FAILURE: 'the signature of its certificate is wrong',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate chain ends in an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'the issuer of its certificate is unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the issuer of its certificate is unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the issuer of its certificate is unknown',
  INVALID_PURPOSE: 'its certificate is not made for this use',
  INVALID_CA: 'its certificate authority is not valid',
  HOSTNAME_MISMATCH: 'its certificate is for another name',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}

/** The machine-readable code of an error of Node or OpenSSL, or the empty text. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}

/**
 * Turns an error of a socket, a resolver or TLS into a failure with an honest class.
 *
 * @param where - whom we talked to, for example `mail.example.org:25`
 */
export function failureOfNetwork(error: unknown, where: string): ActionFailure {
  if (error instanceof ActionFailure) return error
  const code = errorCode(error)
  const broken = unreachable[code]
  if (broken !== undefined) {
    return new ActionFailure('unreachable', `${where}: ${broken} (${code})`, {
      advice: 'Check address, port, firewall and that the service runs; then try again.',
      cause: error,
    })
  }
  const distrusted = certificate[code]
  if (distrusted !== undefined) {
    return new ActionFailure('refused', `${where}: ${distrusted} (${code})`, {
      advice: 'Renew the certificate, or name the authority that signed it with `ca_file`.',
      cause: error,
    })
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) {
    return new ActionFailure('process', `${where}: no common way to speak TLS (${code})`, {
      advice: 'Check that this port speaks TLS, and which versions it allows.',
      cause: error,
    })
  }
  if (code.startsWith('HPE_')) {
    return new ActionFailure('process', `${where}: the reply is not HTTP (${code})`, {
      advice: 'Check that the address and port are those of the web service.',
      cause: error,
    })
  }
  const words = error instanceof Error ? error.message : String(error)
  return new ActionFailure('process', `${where}: ${words}`, { cause: error })
}
