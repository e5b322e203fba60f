import type { Json, JsonObject } from '../../../base/json.ts'
import { type Action, type ActionContext, ActionFailure, type JsonSchema } from '../../../ports/executor.ts'
import { durationMs, optionalText, requiredText, textList, wholeNumber, wrong } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { choice, duration, list, map, object, text, whole } from '../../schema.ts'
import { pauseFor, poolOf, socketOf } from '../api.ts'
import { type CatoEvent, readEventPage, upgradeSubType } from '../event-tail.ts'
import { interval, intervalMsDefault, minute, system } from './arguments-schema.ts'

const actions = ['Succeeded', 'Skipped', 'Failed'] as const

const fieldsSchema: JsonSchema = map(
  'Fields',
  'Fields of the event by the vendor’s names.',
  text('Value', 'Value of the field, as text.'),
)

export const events: Action = {
  name: 'cato.events',
  title: 'Read the event feed',
  description:
    'Reads events of a sub-type page by page, from a marker on; without one from the oldest that the account keeps (seven days). The marker of the answer goes into the next call. Filters on the sub-type alone, because the vendor does not say to which type upgrades belong. On a target only its own events are handed back.',
  with: object({
    system,
    marker: text('Marker', 'Where the last call ended.', { default: '' }),
    sub_types: list('Sub-types', 'Sub-types of events.', text('Sub-type', 'Vendor’s word.'), {
      default: [upgradeSubType],
    }),
    actions: list(
      'Actions',
      'Only events with one of these actions.',
      choice('Action', 'Outcome of an upgrade.', actions),
    ),
    max_pages: whole('Pages', 'Most pages to read; up to 3000 events each.', { default: 20, minimum: 1 }),
  }),
  outputs: object(
    {
      marker: text('Marker', 'Where the next call goes on.'),
      complete: { type: 'boolean', title: 'Complete', description: 'Nothing was left when the reading ended.' },
      count: whole('Events', 'Number of events handed back.'),
      by_action: map('By action', 'Number of events per action.', whole('Events', 'Number.')),
      events: list('Events', 'In the order of the feed.', fieldsSchema),
    },
    ['marker', 'complete', 'count', 'by_action', 'events'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 2000, worst_ms: 2 * minute },
  runs_on: 'both',
  example: { actions: ['Skipped', 'Failed'] },
  describe: (args) => `event feed: ${textList(args, 'sub_types').join(', ') || upgradeSubType}`,
  async perform(context, args) {
    const pool = await poolOf(context, args)
    const serial = context.target ? (await socketOf(context, pool, 0)).socket.serial : undefined
    const subTypes = args['sub_types'] === undefined ? [upgradeSubType] : textList(args, 'sub_types')
    const wanted = textList(args, 'actions')
    const maxPages = wholeNumber(args, 'max_pages') ?? 20
    let marker = optionalText(args, 'marker') ?? ''
    let complete = false
    const found: CatoEvent[] = []
    for (let pages = 0; pages < maxPages && !complete; pages += 1) {
      const page = await readEventPage(pool, marker, subTypes, context.signal)
      found.push(...page.events)
      complete = page.events.length === 0 || page.marker === marker
      marker = page.marker
    }
    const kept = found
      .filter((event) => serial === undefined || event.fields['socket_serial'] === serial)
      .filter((event) => wanted.length === 0 || wanted.includes(event.fields['action'] ?? ''))
    const byAction: Record<string, number> = {}
    for (const { fields } of kept) byAction[fields['action'] ?? ''] = (byAction[fields['action'] ?? ''] ?? 0) + 1
    const texts: Json = kept.map((event) => event.fields)
    return {
      outputs: { marker, complete, count: kept.length, by_action: byAction, events: texts },
      summary: `${kept.length} events${complete ? '' : ', more are waiting'}`,
      changed: false,
    }
  },
}

export const upgradeEvent: Action = {
  name: 'cato.upgrade_event',
  title: 'Wait for the event of an upgrade',
  description:
    'Waits until the account has an event of sub-type Socket Upgrade for the target and the version, and hands back its newest: `Succeeded` on the new version, `Skipped` could not be started, `Failed` neither the first try nor the retry worked. Another action than the expected one fails as `unhealthy`; none in time as `timeout`.',
  with: object(
    {
      system,
      version: text('Version', 'The version that the upgrade was for.'),
      since: text(
        'Since',
        'Only events from this instant on, ISO 8601, on the account’s clock, such as `scheduled_at` of cato.upgrade. Empty counts as not given.',
      ),
      expect: list('Expected actions', 'Default: any.', choice('Action', 'Outcome of an upgrade.', actions)),
      within: duration('Within', 'Longest wait, on the account’s clock.', { default: '5m' }),
      interval,
    },
    ['version'],
  ),
  outputs: object(
    {
      action: text('Action', '`Succeeded`, `Skipped` or `Failed`.'),
      failure_reason: text('Reason', 'Why it did not succeed; empty when the event does not tell.'),
      old_version: text('Old version', 'What the Socket ran before.'),
      started_at: text('Started', 'Instant in ISO 8601; empty when the event does not tell.'),
      ended_at: text('Ended', 'Instant in ISO 8601; empty when the event does not tell.'),
      fields: fieldsSchema,
    },
    ['action', 'failure_reason', 'old_version', 'started_at', 'ended_at', 'fields'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 5000, worst_ms: 5 * minute },
  runs_on: 'target',
  example: { version: '18.4.1', expect: ['Succeeded'] },
  describe: (args, target) => `event of ${target?.name ?? 'the Socket'} for version ${String(args['version'])}`,
  check(args) {
    const since = args['since']
    return typeof since === 'string' && since !== '' && !since.includes('{') && Number.isNaN(Date.parse(since))
      ? ['`since` is no instant in ISO 8601']
      : []
  },
  async perform(context, args) {
    const pool = await poolOf(context, args)
    const version = requiredText(args, 'version')
    const { socket } = await socketOf(context, pool, 0)
    const since = sinceOf(args)
    const expected = textList(args, 'expect')
    const untilMs = pool.clock.now() + pool.ours(durationMs(args, 'within', 5 * minute))
    const stepMs = durationMs(args, 'interval', intervalMsDefault)
    for (;;) {
      const list = await pool.events.of(socket.serial, pool.clock.now() - pool.ours(stepMs / 2), context.signal)
      const event = list.filter((each) => each.fields['socket_new_version'] === version && each.at >= since).at(-1)
      if (event) return outcomeOf(event, expected, context)
      if (pool.clock.now() >= untilMs) {
        throw new ActionFailure('timeout', `no event about version ${version} came for Socket ${socket.serial}`, {
          advice: 'Look at the Events page of the console; the event feed may be off, or late.',
        })
      }
      await pauseFor(context, pool, stepMs, 'waiting for the event of an upgrade')
    }
  },
}

function sinceOf(args: JsonObject): number {
  const text = optionalText(args, 'since')
  if (text === undefined || text === '') return 0
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw wrong('since', 'an instant in ISO 8601')
  return at
}

function outcomeOf(
  event: CatoEvent,
  expected: readonly string[],
  context: ActionContext,
): Awaited<ReturnType<Action['perform']>> {
  const field = (name: string): string => event.fields[name] ?? ''
  const outputs = {
    action: field('action'),
    failure_reason: field('failure_reason'),
    old_version: field('socket_old_version'),
    started_at: instantOf(field('upgrade_start_time')),
    ended_at: instantOf(field('upgrade_end_time')),
    fields: event.fields,
  }
  const why = outputs.failure_reason === '' ? '' : `: ${outputs.failure_reason}`
  const summary = `${outputs.action}${why}`
  if (expected.length > 0 && !expected.includes(outputs.action)) {
    throw new ActionFailure('unhealthy', `the upgrade of ${context.target?.name ?? 'the Socket'} ended as ${summary}`, {
      outputs,
      advice:
        outputs.action === 'Skipped'
          ? 'See that the Socket is connected and healthy; it goes with the next release, or by hand.'
          : 'Start a manual upgrade from the console.',
    })
  }
  return { outputs, summary, changed: false }
}

/** Epoch values come in seconds or milliseconds; the vendor only says "epoch". */
function instantOf(text: string): string {
  const value = Number(text)
  if (text === '' || !Number.isFinite(value)) return ''
  return new Date(value < 100_000_000_000 ? value * 1000 : value).toISOString()
}
