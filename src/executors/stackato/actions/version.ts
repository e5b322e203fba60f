import { type Action, type ActionContext, ActionFailure, type TargetView } from '../../../ports/executor.ts'
import { object, text } from '../../schema.ts'
import { nodeOf, runKato } from '../kato.ts'
import { readVersion } from '../kato-text.ts'
import { parsed } from '../parsed.ts'
import { minute, reads } from './capabilities.ts'

export const version: Action = {
  name: 'stackato.version',
  title: 'Read the release of a node',
  description:
    'Asks the node for its release with `kato node version`. The layout of the answer is not documented: the first thing that looks like a version is taken.',
  with: object({}),
  outputs: object({ version: text('Version', 'Release of the node.', { examples: ['3.6.0'] }), parsed }, [
    'version',
    'parsed',
  ]),
  capabilities: reads,
  duration: { expected_ms: 3000, worst_ms: minute },
  runs_on: 'target',
  example: {},
  describe: () => 'kato node version',
  perform: async (context) => {
    const found = await nodeVersion(context)
    return { outputs: { version: found, parsed: 'tolerant' }, summary: `release ${found}`, changed: false }
  },
}

/** The release that the node itself names. */
export async function nodeVersion(context: ActionContext): Promise<string> {
  const { target } = nodeOf(context)
  const output = await runKato(context, ['node', 'version'])
  const found = readVersion(output.stdout)
  if (found === undefined) throw unreadable(target, 'kato node version', output.stdout)
  return found
}

/** The answer came, and made no sense. */
export function unreadable(target: TargetView, what: string, output: string): ActionFailure {
  const shown = output
    .trim()
    .replace(/[\u0000-\u001f]+/g, ' ')
    .slice(0, 80)
  return new ActionFailure('process', `the answer of ${target.name} to "${what}" makes no sense: "${shown}"`, {
    advice: 'Run the command by hand on the node and look at what it prints.',
  })
}
