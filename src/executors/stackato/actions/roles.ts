import type { Json, JsonObject } from '../../../base/json.ts'
import type { Action, ActionContext } from '../../../ports/executor.ts'
import { list, object, text } from '../../schema.ts'
import { probeHostWork, runHostWork } from '../kato-work.ts'
import { sudoWorks } from '../sudo-state.ts'
import { minute, works } from './capabilities.ts'

const roles = object({
  roles: list('Roles', 'Roles to work on; all roles of the node when none are given.', {
    type: 'string',
    pattern: '^[a-z0-9_-]+$',
  }),
})
const outputs = object({ roles: list('Roles', 'Roles that were asked for; empty: all.', { type: 'string' }) }, [
  'roles',
])

export const start: Action = roleAction('start', {
  title: 'Start roles of a node',
  description:
    'Runs `kato start` on the node, and heals processes in FATAL. Works under a marker: it survives a lost connection and starts once per effect.',
  example: {},
})

export const stop: Action = {
  ...roleAction('stop', {
    title: 'Stop roles of a node',
    description:
      'Runs `kato stop` on the node, for example to free memory for the upgrade. Undoing starts the same roles again. Works under a marker.',
    example: { roles: ['mongodb'] },
  }),
  capabilities: { ...works, reversible: true },
  undo: async (context, args) => {
    await run(context, 'start', args)
    return { outputs: {}, summary: 'started again', changed: true }
  },
}

export const restart: Action = roleAction('restart', {
  title: 'Restart a node',
  description:
    'Runs `kato restart` on the node. The vendor asks for it on every node after an upgrade, before maintenance mode ends; it also heals processes that stay in STARTING. Works under a marker.',
  example: {},
})

export const retire: Action = {
  name: 'stackato.retire',
  title: 'Retire a DEA',
  description:
    'Runs `kato node retire` on the DEA: replacement instances start on other DEAs, then this one shuts down. Known to hang when sudo wants a password, so that is checked first. Near full capacity add a DEA before. `stackato.start` brings the DEA back. Works under a marker.',
  with: object({}),
  outputs: object({ address: text('Address', 'The node that was retired.') }, ['address']),
  capabilities: works,
  duration: { expected_ms: 3 * minute, worst_ms: 30 * minute },
  runs_on: 'target',
  example: {},
  describe: () => 'kato node retire',
  perform: async (context) => {
    await runHostWork(context, {
      what: 'kato node retire',
      words: ['kato', 'node', 'retire'],
      beforeStart: () => sudoWorks(context),
    })
    return { outputs: addressOf(context), summary: 'retired', changed: true }
  },
  probe: (context) => probeHostWork(context, async () => addressOf(context)),
}

interface Texts {
  readonly title: string
  readonly description: string
  readonly example: JsonObject
}

function roleAction(verb: 'start' | 'stop' | 'restart', texts: Texts): Action {
  return {
    name: `stackato.${verb}`,
    title: texts.title,
    description: texts.description,
    with: roles,
    outputs,
    capabilities: works,
    duration: { expected_ms: 2 * minute, worst_ms: 15 * minute },
    runs_on: 'target',
    example: texts.example,
    describe: (args) => wordsOf(verb, args).join(' '),
    perform: async (context, args) => {
      await run(context, verb, args)
      const names = namesOf(args['roles'])
      const done = { start: 'started', stop: 'stopped', restart: 'restarted' }[verb]
      return {
        outputs: { roles: [...names] },
        summary: names.length > 0 ? `${done}: ${names.join(', ')}` : done,
        changed: true,
      }
    },
    probe: (context, args) => probeHostWork(context, async () => ({ roles: [...namesOf(args['roles'])] })),
  }
}

async function run(context: ActionContext, verb: string, args: JsonObject): Promise<void> {
  const words = wordsOf(verb, args)
  await runHostWork(context, { what: words.join(' '), words, beforeStart: () => sudoWorks(context) })
}

function wordsOf(verb: string, args: JsonObject): readonly string[] {
  return ['kato', verb, ...namesOf(args['roles'])]
}

function namesOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function addressOf(context: ActionContext): { readonly address: string } {
  return { address: context.target?.address ?? context.target?.name ?? '' }
}
