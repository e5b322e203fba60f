import { readFileSync } from 'node:fs'
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'

/** Where Debian, Red Hat and Alpine keep the authorities that an administrator trusts, the company's own included. */
const systemBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
] as const

let systemAuthorities: readonly string[] | undefined
const contexts = new Map<string, SecureContext>()

/**
 * Trust in the authorities of Node, of the system and in `ca`; made once per `ca`, because reading a few hundred
 * certificates takes longer than a handshake.
 *
 * @param ca - PEM text of further authorities
 */
export function trustContext(ca = ''): SecureContext {
  let context = contexts.get(ca)
  if (context === undefined) {
    systemAuthorities ??= [...rootCertificates, ...readSystemBundle()]
    context = createSecureContext({ ca: ca === '' ? [...systemAuthorities] : [...systemAuthorities, ca] })
    contexts.set(ca, context)
  }
  return context
}

function readSystemBundle(): readonly string[] {
  for (const path of [process.env['SSL_CERT_FILE'], process.env['NODE_EXTRA_CA_CERTS'], ...systemBundles]) {
    if (path === undefined || path === '') continue
    try {
      return [readFileSync(path, 'utf8')]
    } catch {
      // The next place may have it; without any, Node's own list still stands.
    }
  }
  return []
}
