import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { optionalText, requiredText, textList } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { shell, sudoOf } from '../../command.ts'
import { list, object, text } from '../../schema.ts'
import { sudoSchema } from '../../sudo-schema.ts'
import { shown } from '../../wording.ts'
import { askHost } from '../apt-command.ts'
import { addressOf } from '../arguments.ts'
import { unreadable } from '../unreadable.ts'
import { minute, second } from './capabilities.ts'

/**
 * `$1` file, `$2` detached signature or nothing, `$3` keyring. An armoured keyring is unwrapped first, because gpgv reads
 * only binary ones.
 */
const script = `file=$1 signature=$2 keyring=$3
for each in "$file" "$keyring" \${signature:+"$signature"}; do
  [ -r "$each" ] || { echo "cannot read $each" >&2; exit 66; }
done
command -v gpgv >/dev/null || { echo "gpgv is not installed" >&2; exit 69; }
ring=$(mktemp) || exit 73
trap 'rm -f "$ring"' EXIT
if head -c 64 "$keyring" | grep -q 'BEGIN PGP'; then
  sed -n '/^-----BEGIN/,/^-----END/{/^-----/d;/^[A-Za-z]*: /d;/^=/d;/^$/d;p;}' "$keyring" | base64 -d >"$ring" || exit 65
else cat "$keyring" >"$ring"; fi
gpgv --status-fd 1 --keyring "$ring" \${signature:+"$signature"} "$file"
code=$?
sha256sum "$file" | sed 's/ .*//;s/^\\\\//;s/^/sha256=/'
exit $code`

export const verifySignature: Action = {
  name: 'debian.verify_signature',
  title: 'Verify a signature',
  description:
    'Verifies the OpenPGP signature of a file on the target against a keyring there, with `gpgv`: a detached signature beside the file, or one around it as in `InRelease`. A wrong, missing, expired or unknown signature fails as `refused`, which no repetition cures. With `fingerprints` the key has to be one of these.',
  with: object(
    {
      file: text('File', 'Full path of the signed file on the target.', { pattern: '^/' }),
      signature: text('Signature', 'Full path of the detached signature. Without it the file holds its own.', {
        pattern: '^/',
      }),
      keyring: text('Keyring', 'Full path of the trusted keys, binary or armoured.', { pattern: '^/' }),
      fingerprints: list(
        'Fingerprints',
        'Keys that are accepted, as their owner publishes them; blanks do not count.',
        text('Fingerprint', '40 hexadecimal digits or more.', { pattern: '^[0-9A-Fa-f ]{40,}$' }),
      ),
      sudo: sudoSchema,
    },
    ['file', 'keyring'],
  ),
  outputs: object(
    {
      fingerprint: text('Fingerprint', 'Of the key that signed.'),
      signer: text('Signer', 'Name of the key’s owner, as the key says.'),
      signed_at: text('Signed at', 'Instant of the signature, ISO 8601; empty when the signature tells none.'),
      sha256: text('SHA-256', 'Of the file, 64 hexadecimal digits.'),
    },
    ['fingerprint', 'signer', 'signed_at', 'sha256'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 2 * second, worst_ms: 5 * minute },
  runs_on: 'target',
  example: {
    file: '/srv/release/product-4.6.tar',
    signature: '/srv/release/product-4.6.tar.asc',
    keyring: '/etc/apt/keyrings/vendor.asc',
  },
  describe(args) {
    const how = args['signature'] === undefined ? '' : ` ${shown(args['signature'])}`
    return `gpgv --keyring ${shown(args['keyring'])}${how} ${shown(args['file'])}`
  },
  async perform(context, args) {
    addressOf(context, 'debian.verify_signature')
    const file = requiredText(args, 'file')
    const answer = await askHost(context, {
      argv: shell(script, file, optionalText(args, 'signature') ?? '', requiredText(args, 'keyring')),
      sudo: await sudoOf(context, args),
      timeoutMs: context.deadlineMs,
    })
    const place = context.target?.name ?? 'the target'
    const seen = readStatus(answer.stdout)
    const said = answer.stderr.trim().split('\n').at(-1) ?? ''
    if (answer.exitCode === 66 || answer.exitCode === 69) {
      throw new ActionFailure('not_ready', `the signature on ${place} cannot be looked at: ${said}`, {
        advice: answer.exitCode === 69 ? 'Install gpgv on the target.' : 'Copy the file to the target first.',
      })
    }
    // Whatever gpgv has found, its answer ends with the hash of the file; its exit codes are 0, 1 and 2.
    if (answer.exitCode <= 2 && !/^sha256=[0-9a-f]{64}$/m.test(answer.stdout)) throw unreadable(context, 'gpgv')
    const outputs = {
      fingerprint: seen.fingerprint,
      signer: seen.signer,
      signed_at: seen.signedAt,
      sha256: /^sha256=([0-9a-f]{64})$/m.exec(answer.stdout)?.[1] ?? '',
    }
    const refusal =
      answer.exitCode !== 0 || seen.fingerprint === '' ? (seen.trouble ?? (said || 'no valid signature')) : undefined
    if (refusal !== undefined) {
      throw new ActionFailure('refused', `the signature of ${file} on ${place} is not valid: ${refusal}`, {
        advice: 'Do not install it. Fetch file, signature and key again from their owner, and compare the fingerprint.',
        outputs,
      })
    }
    const accepted = textList(args, 'fingerprints').map((each) => each.replaceAll(' ', '').toUpperCase())
    if (accepted.length > 0 && !accepted.some((each) => each === seen.fingerprint || each === seen.primary)) {
      throw new ActionFailure(
        'refused',
        `${file} on ${place} is signed by ${seen.fingerprint}, which is not an accepted key`,
        {
          advice: 'Ask the owner which key signs.',
          outputs,
        },
      )
    }
    return { outputs, summary: `signed by ${seen.signer || seen.fingerprint}`, changed: false }
  },
}

interface Seen {
  readonly fingerprint: string
  /** Fingerprint of the primary key, where a subkey signed. */
  readonly primary: string
  readonly signer: string
  readonly signedAt: string
  readonly trouble: string | undefined
}

const troubles: readonly (readonly [keyword: string, words: string])[] = [
  ['BADSIG', 'the file was changed after it was signed'],
  ['EXPKEYSIG', 'the key has expired'],
  ['EXPSIG', 'the signature has expired'],
  ['REVKEYSIG', 'the key was revoked'],
  ['NO_PUBKEY', 'it was made by a key that is not in the keyring'],
  ['ERRSIG', 'it cannot be checked'],
  ['NODATA', 'there is no signature'],
]

/** Reads the status lines of gpgv (`doc/DETAILS` of GnuPG). */
export function readStatus(text: string): Seen {
  const lines = text.split('\n').flatMap((line) => {
    const match = /^\[GNUPG:\] (\S+) ?(.*)$/.exec(line)
    return match ? [[match[1]!, match[2] ?? ''] as const] : []
  })
  const restOf = (keyword: string): string | undefined => lines.find(([name]) => name === keyword)?.[1]
  const valid = restOf('VALIDSIG')?.split(' ') ?? []
  const seconds = Number(valid[2])
  const trouble = troubles.find(([keyword]) => restOf(keyword) !== undefined)
  return {
    fingerprint: trouble === undefined ? (valid[0] ?? '') : '',
    primary: valid[9] ?? valid[0] ?? '',
    signer: restOf('GOODSIG')?.replace(/^\S+ /, '') ?? '',
    signedAt: Number.isFinite(seconds) && seconds > 0 ? new Date(seconds * 1000).toISOString() : '',
    trouble: trouble?.[1],
  }
}
