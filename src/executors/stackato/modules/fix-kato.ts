import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { flag, object } from '../../schema.ts'
import { minute, works } from '../actions/capabilities.ts'
import { katoIsThere } from '../kato.ts'
import { probeHostWork, runHostWork, wasBegun } from '../kato-work.ts'
import { sudoWorks } from '../sudo-state.ts'

const script = '/var/stackato/upgrade/fix-kato.sh'

export const fixKato: Action = {
  name: 'stackato.fix_kato',
  title: 'Bring a missing kato back',
  description: `When an upgrade of Stackato 3.0 ends while the old \`kato\` is gone and the new one is not there yet, nothing can go on. The vendor's way is the script \`${script}\` on that node; it installs the new \`kato\`, and the upgrade is run again afterwards. Does nothing when kato is there. Works under a marker.`,
  with: object({}),
  outputs: object({ fixed: flag('Fixed', 'False when kato was there already.') }, ['fixed']),
  capabilities: { ...works, effect: 'change', leaves_nothing_to_undo: true },
  duration: { expected_ms: minute, worst_ms: 15 * minute },
  runs_on: 'target',
  example: {},
  describe: () => script,
  perform: async (context) => {
    // Once begun, kato may be back already: then the end of that work counts, not the presence of kato.
    if (!(await wasBegun(context)) && (await katoIsThere(context))) {
      return { outputs: { fixed: false }, summary: 'kato is there', changed: false }
    }
    await runHostWork(context, { what: script, words: [script], beforeStart: () => sudoWorks(context) })
    if (!(await katoIsThere(context))) {
      throw new ActionFailure('unhealthy', `${script} ended well, and kato is still missing`, {
        advice: 'Ask the vendor: the documented recovery does not help here.',
      })
    }
    return { outputs: { fixed: true }, summary: 'kato is back', changed: true }
  },
  probe: (context) => probeHostWork(context, async () => ({ fixed: true })),
}
