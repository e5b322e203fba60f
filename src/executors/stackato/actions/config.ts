import type { Json } from '../../../base/json.ts'
import { type Action, type ActionContext, textOf } from '../../../ports/executor.ts'
import { flag, object, text } from '../../schema.ts'
import { askKato, failureOf, runKato } from '../kato.ts'
import { readScalar } from '../kato-text.ts'
import { minute, reads, sets } from './capabilities.ts'

const place = {
  component: text('Component', 'First word after `kato config get`.', {
    examples: ['cloud_controller_ng'],
    minLength: 1,
  }),
  key: text('Key path', 'Key inside the component; levels are separated by `/`.', {
    examples: ['maintenance_mode'],
    minLength: 1,
  }),
}

const scalar = { type: ['string', 'number', 'boolean', 'null'] } as const

export interface ConfigValue {
  readonly found: boolean
  /** As text, the way it would be set again. */
  readonly value: Json
}

/** Reads one setting; a key that is not there is an answer. Only a refusal that names the key counts as such. */
export async function readConfig(context: ActionContext, component: string, key: string): Promise<ConfigValue> {
  const output = await askKato(context, ['config', 'get', component, key])
  if (output.exitCode === 0) return { found: true, value: readScalar(output.stdout) }
  if (/does not exist|not found|no such key|unknown key/i.test(output.stderr) && output.exitCode !== 127) {
    return { found: false, value: null }
  }
  throw failureOf(`kato config get ${component} ${key}`, output)
}

export async function writeConfig(context: ActionContext, component: string, key: string, value: Json): Promise<void> {
  await runKato(context, ['config', 'set', component, key, String(value)])
}

/** Puts a setting back to what it was before. */
export async function putBack(
  context: ActionContext,
  component: string,
  key: string,
  before: ConfigValue,
): Promise<boolean> {
  const now = await readConfig(context, component, key)
  if (now.found === before.found && String(now.value) === String(before.value)) return false
  if (before.found) await writeConfig(context, component, key, before.value)
  else await runKato(context, ['config', 'del', component, key])
  return true
}

export const configGet: Action = {
  name: 'stackato.config_get',
  title: 'Read a setting of the cluster',
  description: 'Reads one key with `kato config get`. A key that does not exist is no failure: `found` is false then.',
  with: object(place, ['component', 'key']),
  outputs: object(
    {
      found: flag('Found', 'True when the key exists.'),
      value: { ...scalar, title: 'Value', description: 'Value of the key, or null.' },
    },
    ['found', 'value'],
  ),
  capabilities: reads,
  duration: { expected_ms: 3000, worst_ms: minute },
  runs_on: 'target',
  example: { component: 'cloud_controller_ng', key: 'maintenance_mode' },
  describe: (args) => `kato config get ${textOf(args['component'], 'component')} ${textOf(args['key'], 'key')}`,
  perform: async (context, args) => {
    const found = await readConfig(context, textOf(args['component'], 'component'), textOf(args['key'], 'key'))
    return {
      outputs: { found: found.found, value: found.value },
      summary: found.found ? String(found.value) : 'not set',
      changed: false,
    }
  },
}

export const configSet: Action = {
  name: 'stackato.config_set',
  title: 'Change a setting of the cluster',
  description:
    'Sets one key with `kato config set`, and reads it again. What stood there before is kept, so that the change can be undone. The value is visible in the process list of the node: it must not be a secret.',
  with: object(
    { ...place, value: { type: ['string', 'number', 'boolean'], title: 'Value', description: 'Value to set.' } },
    ['component', 'key', 'value'],
  ),
  outputs: object(
    {
      value: { ...scalar, title: 'Value', description: 'What stands there now.' },
      before: { ...scalar, title: 'Before', description: 'What stood there before, or null.' },
      existed: flag('Existed', 'True when the key was there before.'),
    },
    ['value', 'before', 'existed'],
  ),
  capabilities: { ...sets, dry_run: true, reversible: true },
  duration: { expected_ms: 6000, worst_ms: 2 * minute },
  runs_on: 'target',
  example: { component: 'console', key: 'sample_apps_proxy', value: 'http://proxy.example.com:3128' },
  describe: (args) =>
    `kato config set ${textOf(args['component'], 'component')} ${textOf(args['key'], 'key')} ${textOf(args['value'], 'value')}`,
  perform: async (context, args) => {
    const component = textOf(args['component'], 'component')
    const key = textOf(args['key'], 'key')
    const wanted = args['value'] ?? null
    const before = await readConfig(context, component, key)
    const same = before.found && String(before.value) === String(wanted)
    if (!same) await writeConfig(context, component, key, wanted)
    const now = same ? before : await readConfig(context, component, key)
    return {
      outputs: { value: now.value, before: before.value, existed: before.found },
      summary: same
        ? `already ${String(wanted)}`
        : `${before.found ? String(before.value) : 'not set'} → ${String(now.value)}`,
      changed: !same,
    }
  },
  // The value before is not known any more here, so the outputs of a probe lack it and `undo` leaves the key alone.
  probe: async (context, args) => {
    const now = await readConfig(context, textOf(args['component'], 'component'), textOf(args['key'], 'key'))
    const applied = now.found && String(now.value) === String(args['value'])
    return { state: applied ? 'applied' : 'not_applied', summary: now.found ? String(now.value) : 'not set' }
  },
  dryRun: async (context, args) => {
    const now = await readConfig(context, textOf(args['component'], 'component'), textOf(args['key'], 'key'))
    return {
      coverage: 'checked',
      summary: `would change ${now.found ? String(now.value) : 'nothing set'} to ${String(args['value'])}`,
    }
  },
  undo: async (context, args, outputs) => {
    if (!('before' in outputs))
      return { outputs: {}, summary: 'the value before is not known: left as it is', changed: false }
    const before = { found: outputs['existed'] === true, value: outputs['before'] ?? null }
    const component = textOf(args['component'], 'component')
    const changed = await putBack(context, component, textOf(args['key'], 'key'), before)
    return { outputs: {}, summary: before.found ? `back to ${String(before.value)}` : 'removed again', changed }
  },
}
