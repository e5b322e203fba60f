import type { Json } from '../../../base/json.ts'
import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { choice, list, object, text, whole } from '../../schema.ts'
import { nodeOf, runKato } from '../kato.ts'
import { readPatchStatus } from '../kato-text.ts'
import { parsed } from '../parsed.ts'
import { minute, reads } from './capabilities.ts'
import { unreadable } from './version.ts'

export const patchStatus: Action = {
  name: 'stackato.patch_status',
  title: 'List outstanding patches',
  description:
    'Asks with `kato patch status` which patches of the installed release are outstanding. With `require: none_open` an outstanding patch is a failure of class `not_ready`; a Helion cluster may be upgraded with patches open, because the release contains them.',
  with: object({
    require: choice(
      'Require',
      '`none_open`: no patch may be outstanding. `nothing`: only look.',
      ['none_open', 'nothing'],
      {
        default: 'nothing',
      },
    ),
  }),
  outputs: object(
    {
      available: whole('Outstanding', 'Number of patches that can be installed.'),
      patches: list(
        'Patches',
        'The patches that were listed.',
        object(
          {
            name: text('Name', 'Name of the patch.'),
            purpose: text('Purpose', 'What it is for.'),
            id: text('Patch id', 'Number that the vendor gave it.'),
            roles: list('Roles', 'Roles that it affects.', { type: 'string' }),
            installed_on: list('Installed on', 'Addresses of nodes that have it.', { type: 'string' }),
            to_be_installed_on: list('To be installed on', 'Addresses of nodes that lack it.', { type: 'string' }),
          },
          ['name', 'purpose', 'id', 'roles', 'installed_on', 'to_be_installed_on'],
        ),
      ),
      parsed,
    },
    ['available', 'patches', 'parsed'],
  ),
  capabilities: reads,
  duration: { expected_ms: 5000, worst_ms: minute },
  runs_on: 'target',
  example: {},
  describe: () => 'kato patch status',
  perform: async (context, args) => {
    const { target } = nodeOf(context)
    const output = await runKato(context, ['patch', 'status'])
    await context.keepEvidence('kato-patch-status.txt', 'text/plain', output.stdout)
    const { available, patches } = readPatchStatus(output.stdout)
    if (available === undefined && patches.length === 0) throw unreadable(target, 'kato patch status', output.stdout)
    const open = available ?? patches.filter((patch) => patch.to_be_installed_on.length > 0).length
    const outputs = { available: open, patches: patches as unknown as Json, parsed: 'tolerant' }
    if (args['require'] === 'none_open' && open > 0) {
      throw new ActionFailure('not_ready', `${open} patches are outstanding`, {
        advice: 'Install them with kato patch install, or accept that the upgrade brings them.',
        outputs,
      })
    }
    return { outputs, summary: open === 0 ? 'no patch outstanding' : `${open} outstanding`, changed: false }
  },
}
