import type { Json } from '../../../base/json.ts'
import { type Action, type ActionContext, textOf } from '../../../ports/executor.ts'
import { list, object, text } from '../../schema.ts'
import { failureOf, loginShell, runOnHost } from '../kato.ts'
import { readBuildpacks } from '../kato-text.ts'
import { parsed } from '../parsed.ts'
import { minute, reads, sets } from './capabilities.ts'

const name = text('Name', 'Name of the buildpack.', { pattern: '^[A-Za-z0-9][\\w.-]*$' })

export const buildpacks: Action = {
  name: 'stackato.buildpacks',
  title: 'List the buildpacks',
  description:
    'Lists all buildpacks with the `stackato` client of the node, which has to be logged in. Custom ones are lost in an upgrade: keep their archives, and create them again afterwards. The layout is read tolerantly.',
  with: object({}),
  outputs: object(
    {
      names: list('Names', 'Names of all buildpacks.', { type: 'string' }),
      buildpacks: list(
        'Buildpacks',
        'Name and the rest of the line.',
        object({ name, detail: text('Detail', 'What follows the name.') }, ['name', 'detail']),
      ),
      parsed,
    },
    ['names', 'buildpacks', 'parsed'],
  ),
  capabilities: reads,
  duration: { expected_ms: 3000, worst_ms: minute },
  runs_on: 'target',
  example: {},
  describe: () => 'stackato buildpacks',
  perform: async (context) => {
    const found = await listBuildpacks(context)
    const names = found.map((buildpack) => buildpack.name)
    return {
      outputs: { names, buildpacks: found as unknown as Json, parsed: 'tolerant' },
      summary: `${names.length} buildpacks: ${names.join(', ')}`,
      changed: false,
    }
  },
}

export const buildpackCreate: Action = {
  name: 'stackato.buildpack_create',
  title: 'Create a custom buildpack',
  description:
    'Runs `stackato create-buildpack`, unless a buildpack of that name exists. Restores custom buildpacks after an upgrade. The API must be on: run it after maintenance mode.',
  with: object(
    {
      name,
      source: text('Source', 'Archive of the buildpack: a path on the node or an address.', {
        pattern: '^[^\\s-][^\\s]*$',
      }),
    },
    ['name', 'source'],
  ),
  outputs: object({ name }, ['name']),
  capabilities: { ...sets, idempotent: true },
  duration: { expected_ms: 20_000, worst_ms: 10 * minute },
  runs_on: 'target',
  example: { name: 'company-php', source: '/home/stackato/buildpacks/company-php.zip' },
  describe: (args) => `stackato create-buildpack ${textOf(args['name'], 'name')} ${textOf(args['source'], 'source')}`,
  perform: async (context, args) => {
    const wanted = textOf(args['name'], 'name')
    const words = ['stackato', 'create-buildpack', wanted, textOf(args['source'], 'source')]
    if (await exists(context, wanted)) return { outputs: { name: wanted }, summary: 'exists already', changed: false }
    const output = await runOnHost(context, loginShell(words))
    if (output.exitCode !== 0) throw failureOf(words.join(' '), output)
    return { outputs: { name: wanted }, summary: 'created', changed: true }
  },
  probe: async (context, args) => {
    const wanted = textOf(args['name'], 'name')
    return (await exists(context, wanted))
      ? { state: 'applied', summary: `${wanted} exists`, outputs: { name: wanted } }
      : { state: 'not_applied', summary: `${wanted} does not exist` }
  },
}

async function exists(context: ActionContext, wanted: string): Promise<boolean> {
  return (await listBuildpacks(context)).some((buildpack) => buildpack.name === wanted)
}

async function listBuildpacks(context: ActionContext): Promise<ReturnType<typeof readBuildpacks>> {
  const output = await runOnHost(context, loginShell(['stackato', 'buildpacks']))
  if (output.exitCode !== 0) throw failureOf('stackato buildpacks', output)
  await context.keepEvidence('stackato-buildpacks.txt', 'text/plain', output.stdout)
  return readBuildpacks(output.stdout)
}
