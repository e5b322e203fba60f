import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Certificate {
  /** PEM text. */
  readonly key: string
  readonly cert: string
  /** PEM text of the authority that signed it; the certificate itself when self-signed. */
  readonly ca: string
}

export interface CertificateRequest {
  /** Subject alternative names, `DNS:localhost` or `IP:127.0.0.1`. */
  readonly names?: readonly string[]
  /** OpenSSL's form, `20200101000000Z`. Default: from now for 30 days. */
  readonly notBefore?: string
  readonly notAfter?: string
}

/** Makes an authority and a certificate that it signs, with the openssl program. */
export function makeCertificate(request: CertificateRequest = {}): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  }
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'] as const
  try {
    writeFileSync(
      join(folder, 'ca.cnf'),
      [
        '[ca]\ndefault_ca = mine\n[mine]\ndatabase = index.txt\nserial = serial\nnew_certs_dir = .\ndefault_md = sha256',
        'policy = any\ncopy_extensions = none\nunique_subject = no\n[any]\ncommonName = supplied\n[req]\ndistinguished_name = dn\n[dn]',
        '[authority]\nbasicConstraints = critical,CA:true\nkeyUsage = critical,keyCertSign',
        `[server]\nsubjectAltName = ${(request.names ?? ['DNS:localhost', 'IP:127.0.0.1']).join(',')}`,
      ].join('\n'),
    )
    writeFileSync(join(folder, 'index.txt'), '')
    writeFileSync(join(folder, 'serial'), '01\n')
    openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-subj',
      '/CN=Test authority',
      '-config',
      'ca.cnf',
      '-extensions',
      'authority',
      '-days',
      '30',
    )
    openssl(
      'req',
      '-new',
      ...key,
      '-keyout',
      'key.pem',
      '-out',
      'request.pem',
      '-subj',
      '/CN=localhost',
      '-config',
      'ca.cnf',
    )
    const times =
      request.notBefore === undefined && request.notAfter === undefined
        ? ['-days', '30']
        : ['-startdate', request.notBefore ?? '20200101000000Z', '-enddate', request.notAfter ?? '20400101000000Z']
    openssl(
      'ca',
      '-batch',
      '-notext',
      '-config',
      'ca.cnf',
      '-cert',
      'ca.pem',
      '-keyfile',
      'ca.key',
      '-in',
      'request.pem',
      '-out',
      'cert.pem',
      '-extensions',
      'server',
      ...times,
    )
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
    return { key: read('key.pem'), cert: read('cert.pem'), ca: read('ca.pem') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
