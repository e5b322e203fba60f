import type { Json } from '../../../base/json.ts'
import { type Action, type ActionContext, ActionFailure, type Capabilities } from '../../../ports/executor.ts'
import { choice, object } from '../../schema.ts'
import { minute, sets } from './capabilities.ts'
import { readConfig, writeConfig } from './config.ts'

const component = 'cloud_controller_ng'
const key = 'maintenance_mode'
const words = ['on', 'off'] as const

/** Users notice that it is on; that it goes off again disturbs nobody. */
const switches: Capabilities = { ...sets, effect: 'disruptive', dry_run: true, reversible: true }

export const maintenanceMode: Action = {
  name: 'stackato.maintenance_mode',
  title: 'Switch maintenance mode',
  description:
    'Switches maintenance mode of the whole cluster on or off by `kato config set cloud_controller_ng maintenance_mode`, on the core node. While it is on, API requests stop, web requests are served, and the console is read-only except for this switch. Undoing puts it back to what it was.',
  with: object({ state: choice('State', 'What it shall be.', words) }, ['state']),
  outputs: object(
    { state: choice('State', 'What it is now.', words), before: choice('Before', 'What it was.', words) },
    ['state', 'before'],
  ),
  capabilities: switches,
  capabilitiesOf: (args) => (args['state'] === 'off' ? { ...switches, effect: 'change' } : switches),
  duration: { expected_ms: 6000, worst_ms: 2 * minute },
  runs_on: 'target',
  example: { state: 'on' },
  describe: (args) => `kato config set ${component} ${key} ${args['state'] === 'on'}`,
  perform: (context, args) => switchTo(context, stateOf(args['state'])),
  probe: async (context, args) => {
    const now = await readState(context)
    if (now !== args['state']) return { state: 'not_applied', summary: `maintenance mode is ${now}` }
    const before = now === 'on' ? 'off' : 'on'
    return { state: 'applied', summary: `maintenance mode is ${now}`, outputs: { state: now, before } }
  },
  dryRun: async (context, args) => {
    const now = await readState(context)
    return { coverage: 'checked', summary: `maintenance mode is ${now}, would be ${String(args['state'])}` }
  },
  undo: async (context, _args, outputs) => {
    const { outputs: after, summary, changed } = await switchTo(context, stateOf(outputs['before']))
    return { outputs: after, ...(summary ? { summary } : {}), changed: changed === true }
  },
}

async function switchTo(context: ActionContext, wanted: 'on' | 'off'): ReturnType<Action['perform']> {
  const before = await readState(context)
  if (before !== wanted) {
    await writeConfig(context, component, key, wanted === 'on')
    const now = await readState(context)
    if (now !== wanted) throw new ActionFailure('unhealthy', `maintenance mode was set ${wanted} and is still ${now}`)
  }
  return {
    outputs: { state: wanted, before },
    summary: before === wanted ? `was ${wanted} already` : `${before} → ${wanted}`,
    changed: before !== wanted,
  }
}

async function readState(context: ActionContext): Promise<'on' | 'off'> {
  const { value } = await readConfig(context, component, key)
  return value === true || value === 'true' ? 'on' : 'off'
}

function stateOf(value: Json | undefined): 'on' | 'off' {
  return value === 'on' ? 'on' : 'off'
}
