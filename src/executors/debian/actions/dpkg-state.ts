import type { Action } from '../../../ports/executor.ts'
import { isSet } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { verdict } from '../../check/verdict.ts'
import { shell, sudoOf } from '../../command.ts'
import { flag, list, object, text, whole } from '../../schema.ts'
import { sudoSchema } from '../../sudo-schema.ts'
import { askHost } from '../apt-command.ts'
import { aptFailure } from '../apt-failure.ts'
import { addressOf } from '../arguments.ts'
import { isHeld, isInstalled, readStates, stateFormat, unfinishedWords } from '../package-state.ts'
import { unreadable } from '../unreadable.ts'
import { minute, second } from './capabilities.ts'

/** `$1` format of dpkg-query. Sections between lines that begin with `===`. */
const script = `dpkg-query -W -f "$1" 2>/dev/null
echo "=== audit"
dpkg --audit || exit 1
echo "=== check"
apt-get check -q -o Debug::NoLocking=true 2>&1 >/dev/null | grep -E '^(E|W):'
echo "=== files"
find /etc -xdev -name '*.dpkg-dist' -o -xdev -name '*.dpkg-new' -o -xdev -name '*.dpkg-old' -o -xdev -name '*.ucf-dist' -o -xdev -name '*.ucf-old' 2>/dev/null
exit 0`

export const dpkgState: Action = {
  name: 'debian.dpkg_state',
  title: 'Check the state of the packages',
  description:
    'Looks for packages that are half installed, unpacked or half configured (`dpkg --audit`), for dependencies that do not hold (`apt-get check`), for packages that are held back, and for configuration files that an upgrade has laid beside the ones in use. Fails as `not_ready` when packages are not finished or dependencies do not hold, unless `report_only` is set.',
  with: object({
    report_only: flag('Only report', 'Unfinished packages are outputs and no failure.', { default: false }),
    sudo: sudoSchema,
  }),
  outputs: object(
    {
      installed: whole('Installed', 'Number of packages that are installed as they should be.'),
      unfinished: list(
        'Unfinished',
        'Packages with work left.',
        object({ package: text('Package', 'Its name.'), state: text('State', 'What is left.') }, ['package', 'state']),
      ),
      held: list('Held', 'Packages that are held back.', text('Package', 'Its name.')),
      errors: list('Errors', 'What apt says about dependencies.', text('Error', 'A line of apt.')),
      conffiles: list('Configuration files', 'Files that an upgrade has laid aside.', text('File', 'Its path.')),
    },
    ['installed', 'unfinished', 'held', 'errors', 'conffiles'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 3 * second, worst_ms: 2 * minute },
  runs_on: 'target',
  example: { sudo: true },
  describe: () => 'dpkg --audit, apt-get check',
  async perform(context, args) {
    addressOf(context, 'debian.dpkg_state')
    const answer = await askHost(context, { argv: shell(script, stateFormat), sudo: await sudoOf(context, args) })
    const [listed = '', audit, check = '', files = ''] = answer.stdout.split(/^=== \w+\n/m)
    if (answer.exitCode !== 0) throw aptFailure(context, 'dpkg --audit', answer)
    if (audit === undefined || !answer.isWhole) throw unreadable(context, 'dpkg')
    const states = readStates(listed)
    const unfinished = states.flatMap((state) => {
      const words = unfinishedWords(state)
      return words === undefined ? [] : [{ package: state.name, state: words }]
    })
    const lines = (section: string): string[] => section.split('\n').filter((line) => line.trim() !== '')
    const outputs = {
      installed: states.filter(isInstalled).length,
      unfinished,
      held: states.filter(isHeld).map((state) => state.name),
      errors: lines(check),
      conffiles: lines(files),
    }
    const auditLines = lines(audit)
    const isClean = unfinished.length === 0 && auditLines.length === 0 && outputs.errors.length === 0
    if (isClean || isSet(args, 'report_only')) {
      const more = outputs.held.length === 0 ? '' : `, ${outputs.held.length} held back`
      const state = isClean ? 'nothing unfinished' : `${unfinished.length} unfinished`
      return verdict(true, `${outputs.installed} packages installed, ${state}${more}`, outputs)
    }
    const words =
      unfinished.length > 0
        ? unfinished.map((each) => `${each.package} is ${each.state}`).join('; ')
        : (outputs.errors[0] ?? auditLines[0] ?? '')
    return verdict(
      false,
      `packages of ${context.target?.name ?? 'the target'} are not in order: ${words}`,
      outputs,
      'Cure the cause, then run the upgrade again with `finish_interrupted`, or dpkg --configure -a by hand.',
    )
  },
}
