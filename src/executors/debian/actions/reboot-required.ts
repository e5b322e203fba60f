import type { Action } from '../../../ports/executor.ts'
import { readsOnly } from '../../capabilities.ts'
import { verdict } from '../../check/verdict.ts'
import { shell, sudoOf } from '../../command.ts'
import { flag, list, object, text } from '../../schema.ts'
import { sudoSchema } from '../../sudo-schema.ts'
import { askHost } from '../apt-command.ts'
import { aptFailure } from '../apt-failure.ts'
import { addressOf } from '../arguments.ts'
import { unreadable } from '../unreadable.ts'
import { minute, second } from './capabilities.ts'

const script = `for folder in /run /var/run; do
  if [ -e "$folder/reboot-required" ]; then
    echo required
    [ -r "$folder/reboot-required.pkgs" ] && sort -u "$folder/reboot-required.pkgs"
    exit 0
  fi
done
echo no`

export const rebootRequired: Action = {
  name: 'debian.reboot_required',
  title: 'Ask whether a reboot is required',
  description:
    'Looks for the mark that packages leave when only a restart of the host makes them take effect (`/run/reboot-required`), and for the packages that left it. Packages that leave no mark are not noticed. With `allowed: false` a required reboot fails the step as `not_ready`.',
  with: object({
    allowed: flag('Allowed', 'A required reboot is only reported. `false` makes it a failure.', { default: true }),
    sudo: sudoSchema,
  }),
  outputs: object(
    {
      required: flag('Required', 'A package asks for a reboot.'),
      packages: list('Packages', 'Packages that ask for it.', text('Package', 'Its name.')),
    },
    ['required', 'packages'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: second, worst_ms: minute },
  runs_on: 'target',
  example: {},
  describe: () => 'look at /run/reboot-required',
  async perform(context, args) {
    addressOf(context, 'debian.reboot_required')
    const answer = await askHost(context, { argv: shell(script), sudo: await sudoOf(context, args) })
    const lines = answer.stdout.split('\n').filter((line) => line !== '')
    if (answer.exitCode !== 0 || lines.length === 0)
      throw aptFailure(context, 'looking at /run/reboot-required', answer)
    if (lines[0] !== 'required' && lines[0] !== 'no') throw unreadable(context, 'the look at /run/reboot-required')
    const required = lines[0] === 'required'
    const packages = required ? lines.slice(1) : []
    const outputs = { required, packages }
    const who = packages.length === 0 ? '' : ` (${packages.join(', ')})`
    const words = required ? `a reboot is required${who}` : 'no reboot is required'
    return verdict(!required || args['allowed'] !== false, words, outputs, 'Restart the host, then run the step again.')
  },
}
