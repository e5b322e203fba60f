import type { Action } from '../../../ports/executor.ts'
import { optionalText, requiredText, wrong } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { verdict } from '../../check/verdict.ts'
import { shell, sudoOf } from '../../command.ts'
import { flag, object, text } from '../../schema.ts'
import { sudoSchema } from '../../sudo-schema.ts'
import { shown } from '../../wording.ts'
import { askHost } from '../apt-command.ts'
import { aptFailure } from '../apt-failure.ts'
import { addressOf, packageSchema } from '../arguments.ts'
import { isHeld, isInstalled, readStates, stateFormat, unfinishedWords } from '../package-state.ts'
import { unreadable } from '../unreadable.ts'
import { minute, second } from './capabilities.ts'

/** `$1` package, `$2` format, `$3` least version or nothing. dpkg itself compares: its order is not that of others. */
const script = `dpkg-query -W -f "$2" "$1" 2>/dev/null
echo "candidate=$(apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: //p')"
[ -z "$3" ] && exit 0
version=$(dpkg-query -W -f '\${Version}' "$1" 2>/dev/null)
if [ -n "$version" ] && dpkg --compare-versions "$version" ge "$3"; then echo least=yes; else echo least=no; fi`

export const installedVersion: Action = {
  name: 'debian.installed_version',
  title: 'Read the installed version',
  description:
    'Asks dpkg for the version of a package, and apt for the newest one that the repositories offer. With `expect` or `at_least` it is a check that fails as `not_ready`; versions are compared as dpkg does. A package that is only unpacked or half configured does not count as installed.',
  with: object(
    {
      package: packageSchema,
      expect: text(
        'Expected version',
        'Fails when another one is installed; a beginning such as `4.6.` is enough when `prefix` is set.',
      ),
      prefix: flag('Only the beginning', 'With `expect`: the version only has to begin like that.', { default: false }),
      at_least: text('Least version', 'Fails when an older one is installed.', { pattern: '^[0-9A-Za-z.+~:-]+$' }),
      sudo: sudoSchema,
    },
    ['package'],
  ),
  outputs: object(
    {
      installed: flag('Installed', 'Unpacked and configured.'),
      version: text('Version', 'As dpkg writes it; empty when the package is not there.'),
      upstream: text('Upstream version', 'Without the epoch before and the revision of Debian behind it.'),
      state: text('State', 'Two letters as `dpkg -l` shows them; empty when the package is not there.'),
      held: flag('Held', 'It is held back.'),
      candidate: text('Candidate', 'Newest version that the lists offer; empty when there is none.'),
    },
    ['installed', 'version', 'upstream', 'state', 'held', 'candidate'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: second, worst_ms: minute },
  runs_on: 'target',
  example: { package: 'nginx', at_least: '1.24.0' },
  describe(args) {
    const wanted =
      args['expect'] !== undefined
        ? `, expected ${shown(args['expect'])}`
        : args['at_least'] !== undefined
          ? `, at least ${shown(args['at_least'])}`
          : ''
    return `version of ${shown(args['package'])}${wanted}`
  },
  check: (args) => (args['prefix'] !== undefined && args['expect'] === undefined ? ['`prefix` needs `expect`'] : []),
  async perform(context, args) {
    addressOf(context, 'debian.installed_version')
    const name = requiredText(args, 'package')
    if (!/^[a-z0-9]/.test(name)) throw wrong('package', 'the name of a package')
    const expect = optionalText(args, 'expect')
    const least = optionalText(args, 'at_least')
    const answer = await askHost(context, {
      argv: shell(script, name, stateFormat, least ?? ''),
      sudo: await sudoOf(context, args),
    })
    if (answer.exitCode !== 0) throw aptFailure(context, `looking for ${name}`, answer)
    if (!/^candidate=/m.test(answer.stdout)) throw unreadable(context, 'dpkg-query')
    const state = readStates(answer.stdout)[0]
    const isComplete = isInstalled(state)
    const version = isPresent(state?.abbreviation) ? (state?.version ?? '') : ''
    const candidate = /^candidate=(.*)$/m.exec(answer.stdout)?.[1] ?? ''
    const outputs = {
      installed: isComplete,
      version,
      upstream: upstreamOf(version),
      state: state?.abbreviation ?? '',
      held: state !== undefined && isHeld(state),
      candidate: candidate === '(none)' ? '' : candidate,
    }
    const place = context.target?.name ?? 'the target'
    const open = state === undefined ? undefined : unfinishedWords(state)
    const found = version === '' ? `${name} is not installed on ${place}` : `${name} is ${version} on ${place}`
    const words = open === undefined ? found : `${found}, ${open}`
    if (expect === undefined && least === undefined) return verdict(true, words, outputs)
    const fits =
      isComplete &&
      (expect === undefined || (args['prefix'] === true ? version.startsWith(expect) : version === expect)) &&
      (least === undefined || /^least=yes$/m.test(answer.stdout))
    const wanted = expect === undefined ? `at least ${least}` : `${expect}`
    return verdict(fits, fits ? words : `${words}; ${wanted} is wanted`, outputs)
  },
}

/** Anything of the package is unpacked. */
function isPresent(abbreviation: string | undefined): boolean {
  return abbreviation !== undefined && !/^.[nc]/.test(abbreviation)
}

/** `1:4.6.1-1` is upstream 4.6.1. */
export function upstreamOf(version: string): string {
  const withoutEpoch = version.replace(/^\d+:/, '')
  const at = withoutEpoch.lastIndexOf('-')
  return at < 0 ? withoutEpoch : withoutEpoch.slice(0, at)
}
