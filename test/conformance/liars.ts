/** Executors that break the contract in one way each: the worked example with one lie. */
import { executor } from '../../docs/examples/shelf/src/index.ts'
import type { JsonObject } from '../../src/base/json.ts'
import type { CheckId, ConformanceCase } from '../../src/conformance/index.ts'
import { type Action, type ActionContext, ActionFailure, type Executor } from '../../src/ports/executor.ts'

export interface Liar {
  /** What it lies about. */
  readonly lie: string
  readonly action: 'shelf.get' | 'shelf.put' | 'shelf.note' | 'shelf.firmware'
  readonly caught: CheckId
  /** Each call gives an executor with a memory of its own, as another process has. */
  readonly make: () => Executor
  /** What the lie is about in the description. */
  readonly test?: Partial<ConformanceCase>
}

type Change = (honest: Action) => Partial<Action>

function liar(caught: CheckId, action: Liar['action'], lie: string, change: Change, more: Partial<Liar> = {}): Liar {
  const make = (): Executor => ({
    ...executor,
    actions: executor.actions.map((each) => (each.name === action ? { ...each, ...change(each) } : each)),
  })
  return { lie, action, caught, make, ...more }
}

/** Performs honestly, and handles the failure in a way of its own. */
const failing =
  (handle: (failure: ActionFailure, context: ActionContext) => Promise<never> | never): Change =>
  (honest) => ({
    perform: async (context, args) => {
      try {
        return await honest.perform(context, args)
      } catch (error) {
        if (error instanceof ActionFailure) return await handle(error, context)
        throw error
      }
    },
  })

/** Tells one class of failure as another. */
const retold = (when: (failure: ActionFailure) => boolean, as: ActionFailure['class'], notApplied = false): Change =>
  failing((failure) => {
    throw when(failure) ? new ActionFailure(as, failure.message, { notApplied }) : failure
  })

async function tokenOf(context: ActionContext): Promise<string> {
  return await context.reveal({ $secret: 'token' })
}

async function send(context: ActionContext, method: string, path: string, body?: JsonObject): Promise<number> {
  const { status, body: answer } = await context.ports.http.request({
    method,
    url: `${context.system('shelf')?.address}${path}`,
    headers: { authorization: `Bearer ${await tokenOf(context)}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    timeoutMs: context.deadlineMs,
    signal: context.signal,
  })
  if (status === 403) throw new ActionFailure('refused', 'the token is refused')
  if (!new TextDecoder().decode(answer).startsWith('{"'))
    throw new ActionFailure('process', 'the answer cannot be read')
  return status
}

let count = 0

export const liars: readonly Liar[] = [
  liar('introduces_itself', 'shelf.get', 'an action that is named after another executor', (honest) => honest, {
    make: () => ({ ...executor, name: 'shelve' }),
  }),
  liar('explains_itself', 'shelf.get', 'an argument without a description', ({ with: schema }) => ({
    with: { ...schema, properties: { ...(schema['properties'] as JsonObject), key: { type: 'string', title: 'Key' } } },
  })),
  liar(
    'schema_usable',
    'shelf.get',
    'arguments that take any key',
    ({ with: { additionalProperties: _, ...rest } }) => ({
      with: rest,
    }),
  ),
  liar('schema_usable', 'shelf.get', 'a keyword that no editor can judge', (honest) => ({
    with: { ...honest.with, propertyNames: { maxLength: 9 } },
  })),
  liar('schema_usable', 'shelf.get', 'an example that its own schema refuses', () => ({ example: { kee: 'mode' } })),
  liar('declares_consistently', 'shelf.note', 'a probe that is declared and missing', ({ capabilities }) => ({
    capabilities: { ...capabilities, dry_run: false },
  })),
  liar('declares_consistently', 'shelf.get', 'a worst case that is better than the expected one', () => ({
    duration: { expected_ms: 1000, worst_ms: 10 },
  })),
  liar('describes_purely', 'shelf.get', 'other words each time', () => ({ describe: () => `call ${(count += 1)}` })),
  liar('describes_purely', 'shelf.put', 'words with the reference to a secret in them', () => ({
    describe: (args) => `set to ${JSON.stringify(args['value'])}`,
  })),
  liar('describes_purely', 'shelf.get', 'a check that fails where an argument is missing', () => ({
    check: (args) => ((args['key'] as string).length > 99 ? ['too long'] : []),
  })),
  liar('is_exercised', 'shelf.note', 'a case that does not see the effect', (honest) => honest, {
    test: { look: () => 'nothing' },
  }),
  liar('performs', 'shelf.get', 'outputs that its schema does not know', (honest) => ({
    perform: async (context, args) => ({ outputs: { ...(await honest.perform(context, args)).outputs, more: 1 } }),
  })),
  liar('performs', 'shelf.get', 'outputs that are no JSON', (honest) => ({
    outputs: { ...honest.outputs, additionalProperties: true },
    perform: async (context, args) => {
      const { outputs } = await honest.perform(context, args)
      return { outputs: { ...outputs, at: new Date(0) as unknown as string } }
    },
  })),
  liar('performs', 'shelf.note', 'work that always fails', () => ({
    perform: async () => {
      throw new ActionFailure('process', 'no')
    },
  })),
  liar('changes_only_as_declared', 'shelf.get', 'a look that leaves a trace', (honest) => ({
    perform: async (context, args) => {
      await send(context, 'POST', '/v1/notes', { id: context.effect, text: 'read' })
      return await honest.perform(context, args)
    },
  })),
  liar('dry_run_changes_nothing', 'shelf.put', 'a dry run that does it', (honest) => ({
    dryRun: async (context, args) => {
      await honest.perform(context, args)
      return { coverage: 'checked', summary: 'done' }
    },
  })),
  liar('dry_run_changes_nothing', 'shelf.note', 'a dry run that asked nobody', () => ({
    dryRun: async () => ({ coverage: 'checked', summary: 'all is well' }),
  })),
  liar('twice_is_once', 'shelf.note', 'that a second line is no second line', ({ capabilities }) => ({
    capabilities: { ...capabilities, idempotent: true },
  })),
  liar('probe_tells_truth', 'shelf.note', 'a probe that always says applied', () => ({
    probe: async () => ({ state: 'applied' }),
  })),
  liar('probe_tells_truth', 'shelf.note', 'a probe that always says not applied', () => ({
    probe: async () => ({ state: 'not_applied' }),
  })),
  liar('probe_tells_truth', 'shelf.note', 'a probe that never knows', () => ({
    probe: async () => ({ state: 'unknown' }),
  })),
  liar('probe_tells_truth', 'shelf.firmware', 'a probe that takes what is under way for nothing', (honest) => ({
    probe: async (context, args) => {
      const found = await honest.probe!(context, args)
      return found.state === 'running' ? { state: 'not_applied' } : found
    },
  })),
  liar('probe_tells_truth', 'shelf.firmware', 'a probe that takes what is under way for done', (honest) => ({
    probe: async (context, args) => {
      const found = await honest.probe!(context, args)
      return found.state === 'unknown' ? found : found.state === 'applied' ? { state: 'running' } : found
    },
  })),
  liar('repeat_reaches_the_end', 'shelf.put', 'that it can be repeated: a lock of its own is in the way', (honest) => ({
    probe: undefined as never,
    capabilities: { ...honest.capabilities, probe: false },
    perform: async (context, args) => {
      const lock = '/v1/values/lock'
      const key = `${context.effect}/lock-${(count += 1)}`
      if ((await send(context, 'GET', lock)) === 200) throw new ActionFailure('not_ready', 'it is locked')
      await send(context, 'PUT', lock, { value: 'locked', id: key })
      const result = await honest.perform(context, args)
      await send(context, 'POST', `/v1/kept/${encodeURIComponent(key)}/restore`)
      return result
    },
  })),
  liar('undo_undoes', 'shelf.put', 'an undo that does nothing', () => ({ undo: async () => ({ outputs: {} }) })),
  liar('undo_undoes', 'shelf.note', 'an undo that fails', () => ({
    undo: async () => {
      throw new ActionFailure('process', 'no')
    },
  })),
  liar('cancel_obeyed', 'shelf.put', 'that it listens: it works with a signal of its own', (honest) => ({
    perform: (context, args) => honest.perform({ ...context, signal: new AbortController().signal }, args),
  })),
  liar(
    'cancel_obeyed',
    'shelf.get',
    'a cancel that is told as its own failure',
    retold(({ class: c }) => c === 'cancelled', 'process'),
  ),
  liar(
    'deadline_obeyed',
    'shelf.get',
    'silence that is told as a broken connection',
    retold(({ class: c }) => c === 'timeout', 'unreachable'),
  ),
  liar(
    'deadline_obeyed',
    'shelf.get',
    'patience without an end',
    failing(async (failure) => {
      if (failure.class !== 'timeout') throw failure
      return await new Promise<never>(() => undefined)
    }),
  ),
  liar(
    'refused_told',
    'shelf.get',
    'a closed port that is told as its own failure',
    retold(({ message }) => message.includes('refused'), 'process'),
  ),
  liar(
    'denied_told',
    'shelf.get',
    'a wrong token that is told as being busy',
    retold(({ class: c }) => c === 'refused', 'not_ready'),
  ),
  liar(
    'dropped_told',
    'shelf.note',
    'a lost answer that is told as a refusal',
    retold(({ class: c }) => c === 'unknown', 'refused'),
  ),
  liar(
    'malformed_told',
    'shelf.get',
    'nonsense that is told as a connection',
    retold(({ message }) => message.includes('cannot be read'), 'unreachable'),
  ),
  liar('malformed_told', 'shelf.note', 'nonsense that is told as success', (honest) => ({
    perform: async (context, args) => {
      try {
        return await honest.perform(context, args)
      } catch (error) {
        if (error instanceof ActionFailure && error.message.includes('cannot be read'))
          return { outputs: { id: context.effect } }
        throw error
      }
    },
  })),
  liar(
    'not_applied_is_true',
    'shelf.note',
    'that nothing was done when the answer was lost',
    retold(({ class: c }) => c === 'unknown', 'unreachable', true),
  ),
  liar(
    'not_applied_is_true',
    'shelf.note',
    'that nothing was done when it was called off while the far side had it',
    retold(({ class: c }) => c === 'cancelled', 'cancelled', true),
  ),
  liar('ends_cleanly', 'shelf.get', 'that it has ended: it goes on behind our back', (honest) => ({
    perform: async (context, args) => {
      const result = await honest.perform(context, args)
      setTimeout(() => void send(context, 'GET', '/v1/firmware').catch(() => undefined), 5)
      return result
    },
  })),
  liar('secrets_hidden', 'shelf.get', 'a token in the log', (honest) => ({
    perform: async (context, args) => {
      context.log(`using ${await tokenOf(context)}`)
      return await honest.perform(context, args)
    },
  })),
  liar('secrets_hidden', 'shelf.get', 'a token, transformed, in the outputs', (honest) => ({
    outputs: { ...honest.outputs, additionalProperties: true },
    perform: async (context, args) => {
      const { outputs } = await honest.perform(context, args)
      return { outputs: { ...outputs, seen: Buffer.from(await tokenOf(context)).toString('base64') } }
    },
  })),
  liar('secrets_hidden', 'shelf.get', 'a token in the evidence', (honest) => ({
    perform: async (context, args) => {
      await context.keepEvidence('request.txt', 'text/plain', `authorization: Bearer ${await tokenOf(context)}`)
      return await honest.perform(context, args)
    },
  })),
  liar('secrets_hidden', 'shelf.get', 'a token in the arguments of a process', (honest) => ({
    perform: async (context, args) => {
      const { signal } = context
      await context.ports.processes.run({ argv: ['true', await tokenOf(context)], timeoutMs: 5000, signal })
      return await honest.perform(context, args)
    },
  })),
  liar(
    'secrets_hidden',
    'shelf.get',
    'a token in the message of a failure',
    failing(async (failure, context) => {
      throw new ActionFailure(failure.class, `${failure.message} (${await tokenOf(context)})`)
    }),
  ),
  liar('secrets_hidden', 'shelf.get', 'a secret that it takes where none may stand', (honest) => ({
    perform: async (context, args) => {
      const key = args['key']
      const text = typeof key === 'string' ? key : await context.reveal(key as never)
      context.log(`reading ${text}`)
      return await honest.perform(context, { ...args, key: text })
    },
  })),
  liar('arguments_untouched', 'shelf.get', 'arguments that it writes to', (honest) => ({
    perform: async (context, args) => {
      const result = await honest.perform(context, args)
      Object.assign(args, { seen: true })
      return result
    },
  })),
  liar('stands_alone', 'shelf.put', 'one connection for all systems', (honest) => ({
    perform: (() => {
      let first: ActionContext['system'] | undefined
      return async (context: ActionContext, args: JsonObject) => {
        first ??= context.system
        const reveal: ActionContext['reveal'] = async (value) => await context.reveal(value)
        return await honest.perform({ ...context, system: first, reveal }, args)
      }
    })(),
  })),
  liar(
    'remembers_nothing',
    'shelf.note',
    'that nothing is in memory: its undo knows only what it did itself',
    (honest) => {
      const done = new Set<string>()
      return {
        perform: async (context, args) => {
          const result = await honest.perform(context, args)
          done.add(String(result.outputs['id']))
          return result
        },
        undo: async (context, args, outputs) => {
          if (done.has(String(outputs['id']))) return await honest.undo!(context, args, outputs)
          return { outputs: {} }
        },
      }
    },
  ),
]
