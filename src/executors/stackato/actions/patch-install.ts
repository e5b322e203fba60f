import type { JsonObject } from '../../../base/json.ts'
import { type Action, type ActionContext, ActionFailure } from '../../../ports/executor.ts'
import { flag, list, object, text } from '../../schema.ts'
import { nodeOf, runKato } from '../kato.ts'
import { readPatchStatus } from '../kato-text.ts'
import { probeHostWork, runHostWork, wasBegun } from '../kato-work.ts'
import { sudoWorks } from '../sudo-state.ts'
import { minute, works } from './capabilities.ts'
import { unreadable } from './version.ts'

export const patchInstall: Action = {
  name: 'stackato.patch_install',
  title: 'Install patches',
  description:
    'Runs `kato patch install` on the core: one patch by its name, or all that are outstanding. The roles that a patch concerns are restarted unless told not to. Does nothing when nothing is outstanding, and fails with class `unhealthy` when something is still outstanding afterwards. Patches are not taken back by this action. Works under a marker.',
  with: object({
    name: text('Patch', 'Name of one patch; all outstanding ones when none is given.', {
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
    }),
    restart: flag('Restart', 'False adds `--no-restart`: the roles of the patch are not restarted.', { default: true }),
  }),
  outputs: object(
    {
      installed: list('Installed', 'Names of the patches that were outstanding and are not any more.', {
        type: 'string',
      }),
    },
    ['installed'],
  ),
  capabilities: { ...works, effect: 'disruptive' },
  duration: { expected_ms: 5 * minute, worst_ms: 60 * minute },
  runs_on: 'target',
  example: {},
  describe: (args) => wordsOf(args).join(' '),
  perform: async (context, args) => {
    // kato is not asked in the middle of its work: what was outstanding before is not known any more then.
    const isBegun = await wasBegun(context)
    const before = isBegun ? [] : await openPatches(context, args)
    if (before.length === 0 && !isBegun) {
      return { outputs: { installed: [] }, summary: 'nothing is outstanding', changed: false }
    }
    const words = wordsOf(args)
    await runHostWork(context, { what: words.join(' '), words, beforeStart: () => sudoWorks(context) })
    const left = await openPatches(context, args)
    const installed = before.filter((name) => !left.includes(name))
    if (left.length > 0) {
      throw new ActionFailure('unhealthy', `still outstanding: ${left.join(', ')}`, {
        advice: 'Look at the output of kato patch install, and at kato patch status on the node that it names.',
        outputs: { installed },
      })
    }
    return { outputs: { installed }, summary: `installed: ${installed.join(', ') || 'all'}`, changed: true }
  },
  probe: async (context, args) => {
    const seen = await probeHostWork(context)
    if (seen.state !== 'applied') return seen
    const left = await openPatches(context, args)
    return left.length === 0
      ? { state: 'applied', summary: 'nothing is outstanding', outputs: { installed: [] } }
      : { state: 'not_applied', summary: `outstanding: ${left.join(', ')}` }
  },
}

function wordsOf(args: JsonObject): readonly string[] {
  const name = args['name']
  return [
    'kato',
    'patch',
    'install',
    ...(typeof name === 'string' ? [name] : []),
    ...(args['restart'] === false ? ['--no-restart'] : []),
  ]
}

/** Names of outstanding patches that the arguments are about. */
async function openPatches(context: ActionContext, args: JsonObject): Promise<readonly string[]> {
  const { target } = nodeOf(context)
  const { stdout } = await runKato(context, ['patch', 'status'])
  const { available, patches } = readPatchStatus(stdout)
  const open = patches.filter((patch) => patch.to_be_installed_on.length > 0)
  // That nothing is outstanding has to be said: lines that nobody understands do not say it.
  if (open.length === 0 && available !== 0 && (available !== undefined || patches.length === 0))
    throw unreadable(target, 'kato patch status', stdout)
  return open.map((patch) => patch.name).filter((name) => args['name'] === undefined || name === args['name'])
}
