import { type Action, type ActionContext, ActionFailure, textOf } from '../../../ports/executor.ts'
import { list, object, text, whole } from '../../schema.ts'
import { minute, reads, sets } from '../actions/capabilities.ts'
import { failureOf, runOnHost } from '../kato.ts'
import { sudoWorks } from '../sudo-state.ts'

const folder = '/var/stackato/upgrade/tmp/module-latches'

export const moduleLatches: Action = {
  name: 'stackato.module_latches',
  title: 'List the latches of a node',
  description: `Lists the files below \`${folder}\`. Stackato 3.0 writes one per module that it has upgraded, skips these modules when the upgrade is run again, and removes all of them when the node is done. So a latch means that an upgrade of this node has begun and not ended.`,
  with: object({}),
  outputs: object(
    {
      modules: list('Modules', 'Modules with a latch, in alphabetical order.', { type: 'string' }),
      count: whole('Latches', 'Number of latches; 0 when no upgrade is half done.'),
    },
    ['modules', 'count'],
  ),
  capabilities: reads,
  duration: { expected_ms: 1000, worst_ms: minute },
  runs_on: 'target',
  example: {},
  describe: () => `ls ${folder}`,
  perform: async (context) => {
    const modules = await latchesOf(context)
    return {
      outputs: { modules: [...modules], count: modules.length },
      summary: modules.length === 0 ? 'no latch' : `${modules.length} with a latch: ${modules.join(', ')}`,
      changed: false,
    }
  },
}

export const moduleLatchRemove: Action = {
  name: 'stackato.module_latch_remove',
  title: 'Remove the latch of a module',
  description: `Deletes one file below \`${folder}\`, so that the next run of the upgrade installs that module once more. Only for a node whose upgrade has begun and not ended. Does nothing when there is no latch. Twice equals once.`,
  with: object(
    {
      module: text('Module', 'Name of the latch, as `stackato.module_latches` lists it.', {
        pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
        examples: ['stackato-kato'],
      }),
    },
    ['module'],
  ),
  outputs: object({ module: text('Module', 'Module that will be installed once more.') }, ['module']),
  capabilities: { ...sets, idempotent: true },
  duration: { expected_ms: 1000, worst_ms: minute },
  runs_on: 'target',
  example: { module: 'stackato-kato' },
  describe: (args) => `rm ${folder}/${textOf(args['module'], 'module')}`,
  perform: async (context, args) => {
    const module = textOf(args['module'], 'module')
    const there = (await latchesOf(context)).includes(module)
    if (there) await removeLatch(context, module)
    return { outputs: { module }, summary: there ? 'removed' : 'there was none', changed: there }
  },
  probe: async (context, args) => {
    const module = textOf(args['module'], 'module')
    const there = (await latchesOf(context)).includes(module)
    return there
      ? { state: 'not_applied', summary: 'the latch is there' }
      : { state: 'applied', summary: 'there is no latch', outputs: { module } }
  },
}

async function latchesOf(context: ActionContext): Promise<readonly string[]> {
  const script = 'if [ -d "$1" ]; then LC_ALL=C ls -1 "$1"; fi'
  const output = await runOnHost(context, ['sh', '-c', script, 'sh', folder], { timeoutMs: 30_000 })
  if (output.exitCode !== 0) throw failureOf(`ls ${folder}`, output)
  const names = output.stdout.split('\n').filter((name) => name !== '')
  if (names.some((name) => !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))) throw failureOf(`ls ${folder}`, output)
  return names
}

/** The upgrader may have written the latch as root. */
async function removeLatch(context: ActionContext, module: string): Promise<void> {
  await sudoWorks(context)
  const output = await runOnHost(context, ['rm', '-f', `${folder}/${module}`], { sudo: {}, timeoutMs: 30_000 })
  if (output.exitCode !== 0) throw failureOf(`rm ${folder}/${module}`, output)
  if ((await latchesOf(context)).includes(module)) {
    throw new ActionFailure('process', `the latch of ${module} is still there`, {
      advice: `Look at ${folder} by hand.`,
    })
  }
}
