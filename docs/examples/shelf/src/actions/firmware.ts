import { type Action, type ActionContext, ActionFailure, failureOfAbort, type JsonObject } from 'rollbook'
import { callFor } from '../call.ts'
import { object, system, text } from '../schema.ts'

const pauseMs = 20

export const firmware: Action = {
  name: 'shelf.firmware',
  title: 'Install firmware',
  description:
    'Installs a version of the firmware and waits for it. The appliance works on it by itself, under the id of the effect: asking again attaches to the work. The back-out installs the version that was there.',
  with: object({ version: text('Version', 'Version to install.'), system }, ['version']),
  outputs: object(
    {
      version: text('Version', 'Version that is installed now.'),
      before: text('Before', 'Version that was installed before.'),
    },
    ['version', 'before'],
  ),
  capabilities: {
    effect: 'disruptive',
    idempotent: true,
    probe: true,
    dry_run: true,
    reversible: true,
    resumable: true,
  },
  duration: { expected_ms: 60_000, worst_ms: 600_000 },
  runs_on: 'target',
  example: { version: '2.1.0' },
  describe: (args, target) => `install ${String(args['version'])}${target === undefined ? '' : ` on ${target.name}`}`,
  async perform(context, args) {
    return await install(context, args, String(args['version']), context.effect)
  },
  async probe(context, args) {
    const { job, version, running, before } = await look(context, args)
    if (job !== context.effect) return { state: 'not_applied', summary: `${version} is installed` }
    if (running) return { state: 'running', summary: 'it is being installed' }
    return version === args['version'] ? { state: 'applied', outputs: { version, before } } : { state: 'unknown' }
  },
  async dryRun(context, args) {
    const { version } = await look(context, args)
    return { coverage: 'checked', summary: `would go from ${version} to ${String(args['version'])}` }
  },
  async undo(context, args, outputs) {
    return await install(context, args, String(outputs['before']), context.effect)
  },
}

interface Firmware {
  readonly version: string
  /** Version before the latest job. */
  readonly before: string
  readonly job: string
  readonly running: boolean
}

async function install(
  context: ActionContext,
  args: JsonObject,
  version: string,
  job: string,
): ReturnType<Action['perform']> {
  const started = { method: 'POST', path: '/v1/firmware', body: { version, job }, idempotent: true } as const
  for (let now = read(await callFor(context, args, started)); ; now = await look(context, args)) {
    if (now.job !== job) throw new ActionFailure('refused', 'somebody else installs another version')
    if (now.version === version && !now.running) {
      return { outputs: { version, before: now.before }, summary: `${version} is installed` }
    }
    context.log(`installing ${version}`)
    try {
      await context.ports.clock.sleep(pauseMs, context.signal)
    } catch (error) {
      throw context.signal.aborted ? failureOfAbort(context.signal, 'the appliance installs') : error
    }
  }
}

async function look(context: ActionContext, args: JsonObject): Promise<Firmware> {
  return read(await callFor(context, args, { method: 'GET', path: '/v1/firmware' }))
}

function read(answer: JsonObject): Firmware {
  const { version, before, job, running } = answer
  if (typeof version === 'string' && typeof before === 'string' && typeof job === 'string') {
    return { version, before, job, running: running === true }
  }
  throw new ActionFailure('process', 'the answer says nothing of the firmware')
}
