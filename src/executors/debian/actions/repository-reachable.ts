import type { Action } from '../../../ports/executor.ts'
import { durationMs, textList } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { verdict } from '../../check/verdict.ts'
import { shell, sudoOf } from '../../command.ts'
import { duration, flag, list, object, text, whole } from '../../schema.ts'
import { sudoSchema } from '../../sudo-schema.ts'
import { askHost } from '../apt-command.ts'
import { aptFailure } from '../apt-failure.ts'
import { addressOf } from '../arguments.ts'
import { unreadable } from '../unreadable.ts'
import { minute, second } from './capabilities.ts'

/**
 * `$1` seconds of patience, then addresses; without any, those of the signed lists of every source. Apt itself fetches,
 * so that its proxies, its certificates and its name resolution count. One line per address: code and what was said.
 */
const script = `patience=$1
shift
helper=/usr/lib/apt/apt-helper
[ -x "$helper" ] || { echo "apt-helper: not found" >&2; exit 127; }
if [ $# = 0 ]; then
  uris=$(apt-get indextargets --no-release-info --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages') || exit 1
  set -- $(printf '%s\\n' "$uris" | sort -u | while read -r uri suite; do
    [ -n "$uri" ] || continue
    uri=\${uri%/}
    case $suite in /|*/) printf '%s/%sInRelease\\n' "$uri" "\${suite#/}" ;; *) printf '%s/dists/%s/InRelease\\n' "$uri" "$suite" ;; esac
  done)
fi
folder=$(mktemp -d) || exit 73
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
for uri; do
  began=$(date +%s)
  said=$("$helper" -o Acquire::Retries=0 -o "Acquire::http::Timeout=$patience" -o "Acquire::https::Timeout=$patience" -o APT::Sandbox::User=root download-file "$uri" "$folder/list" 2>&1)
  code=$?
  if [ $code != 0 ]; then
    said=$(printf '%s\\n' "$said" | grep -E '^(E|W):' | head -n 1)
  else said=; fi
  [ $code = 0 ] || [ $(($(date +%s) - began)) -lt "$patience" ] || said="$said (nothing came within $patience s)"
  printf '%s\\t%s\\t%s\\n' "$code" "$uri" "$said"
  rm -f "$folder"/*
done`

interface Flow {
  readonly uri: string
  readonly reachable: boolean
  readonly detail: string
}

export const repositoryReachable: Action = {
  name: 'debian.repository_reachable',
  title: 'Check the flows to the repositories',
  description:
    'Fetches the signed list of every package source from the target, by apt itself, so that proxies and name resolution of the target count. Nothing is installed, and the lists of the target stay as they are. Fails as `not_ready` with the flows that are closed, and with how: the name is unknown, the connection refused, silent, or an answer other than the list.',
  with: object({
    uris: list(
      'Addresses',
      'What to fetch instead, such as `http://deb.example.org/debian/dists/stable/InRelease`. Without it: the signed list of every source that the target has.',
      text('Address', 'HTTP or HTTPS.', { pattern: '^https?://[^\\s]+$' }),
    ),
    least: whole('At least', 'How many flows there have to be, so that a target without sources does not pass.', {
      default: 1,
      minimum: 0,
    }),
    patience: duration('Patience', 'How long to wait for each address.', { default: '10s' }),
    sudo: sudoSchema,
  }),
  outputs: object(
    {
      flows: list(
        'Flows',
        'Every address with what came of it.',
        object(
          {
            uri: text('Address', 'What was fetched.'),
            reachable: flag('Reachable', 'It arrived.'),
            detail: text('Detail', 'What apt said when it did not arrive.'),
          },
          ['uri', 'reachable', 'detail'],
        ),
      ),
      closed: whole('Closed', 'Number of flows that are closed.'),
    },
    ['flows', 'closed'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 3 * second, worst_ms: 5 * minute },
  runs_on: 'target',
  example: { patience: '10s' },
  describe(args) {
    const count = Array.isArray(args['uris']) ? args['uris'].length : undefined
    return `fetch ${count === undefined ? 'the signed list of every package source' : `${count} addresses`} with apt-helper`
  },
  async perform(context, args) {
    addressOf(context, 'debian.repository_reachable')
    const patience = Math.max(1, Math.ceil(durationMs(args, 'patience', 10_000) / 1000))
    const least = typeof args['least'] === 'number' ? args['least'] : 1
    const answer = await askHost(context, {
      argv: shell(script, String(patience), ...textList(args, 'uris')),
      sudo: await sudoOf(context, args),
      timeoutMs: context.deadlineMs,
    })
    if (answer.exitCode !== 0) throw aptFailure(context, 'looking for package sources', answer)
    if (answer.stdout.split('\n').some((line) => line !== '' && !/^\d+\t\S+\t/.test(line)))
      throw unreadable(context, 'apt-helper')
    const flows = readFlows(answer.stdout)
    const closed = flows.filter((flow) => !flow.reachable)
    const outputs = { flows: flows.map((flow) => ({ ...flow })), closed: closed.length }
    const place = context.target?.name ?? 'the target'
    if (flows.length < least) {
      return verdict(
        false,
        `${place} has ${flows.length} package sources, ${least} are needed`,
        outputs,
        'Check its sources.list.',
      )
    }
    if (closed.length === 0) return verdict(true, `${flows.length} of ${flows.length} flows are open`, outputs)
    const words = closed.map((flow) => `${flow.uri}: ${flow.detail}`).join('; ')
    return verdict(
      false,
      `${closed.length} of ${flows.length} flows from ${place} are closed: ${words}`,
      outputs,
      'Open the flows in the firewall, or correct proxy and name resolution of the target, then run the step again.',
    )
  },
}

/** Lines of the script: exit code, address, what was said. */
export function readFlows(text: string): readonly Flow[] {
  return text.split('\n').flatMap((line): Flow[] => {
    const [code, uri, said = ''] = line.split('\t')
    if (code === undefined || uri === undefined) return []
    const detail = withoutLogin(said)
      .replace(/^(E|W):\s*/, '')
      .replace(`Failed to fetch ${withoutLogin(uri)}`, '')
      .trim()
    return [
      { uri: withoutLogin(uri), reachable: code === '0', detail: code === '0' ? '' : detail || 'apt said nothing' },
    ]
  })
}

/** Sources may hold user and password of their repository. */
function withoutLogin(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/g, '//')
}
