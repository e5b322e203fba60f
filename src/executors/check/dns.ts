import type { Action, ActionContext } from '../../ports/executor.ts'
import { optionalText, requiredText, textList, timeoutMsOf, wrong } from '../arguments.ts'
import { readsOnly } from '../capabilities.ts'
import { commandFailed, decode, runCommand } from '../command.ts'
import { choice, duration, list, object, text } from '../schema.ts'
import { shown } from '../wording.ts'
import { placeOf, verdict } from './verdict.ts'

const timeoutMsDefault = 10_000
const types = ['A', 'AAAA', 'CNAME', 'MX', 'TXT'] as const
type RecordType = (typeof types)[number]

export const dns: Action = {
  name: 'check.dns',
  title: 'Check a name in DNS',
  description:
    'Looks a name up, by default from control. Fails when there is no record, or when one that `expect` names is missing. Without `servers` addresses are found as programs find them, the hosts file included. `from: target` asks the target (`getent`), for addresses only.',
  with: object(
    {
      name: text('Name', 'Domain name to look up.'),
      type: choice('Type', 'Kind of record.', types, { default: 'A' }),
      expect: list(
        'Expected',
        'Records that must be among the answers. Without it one answer is enough.',
        text('Record', 'Address, name, `10 mail.example.org`, or text.'),
      ),
      servers: list(
        'Servers',
        'Addresses of name servers to ask instead of those of control.',
        text('Server', 'Address, with `:port` if it is not 53.'),
      ),
      from: choice('From', 'Who looks it up.', ['control', 'target'], { default: 'control' }),
      timeout: duration('Timeout', 'Longest time to wait for the answer.', { default: '10s' }),
    },
    ['name'],
  ),
  outputs: object({ records: list('Records', 'What was found, sorted.', text('Record', 'One record.')) }, ['records']),
  capabilities: readsOnly,
  duration: { expected_ms: 500, worst_ms: timeoutMsDefault },
  runs_on: 'both',
  example: { name: 'docker.example.com', expect: ['192.0.2.10'] },
  describe: (args) => `look up ${shown(args['type'] ?? 'A')} of ${shown(args['name'])}`,
  check(args) {
    if (args['from'] !== 'target') return []
    const wrongs = args['servers'] === undefined ? [] : ['`servers` cannot be given with `from: target`']
    const type = args['type'] ?? 'A'
    return type === 'A' || type === 'AAAA' ? wrongs : [...wrongs, '`from: target` finds addresses only (A, AAAA)']
  },
  async perform(context, args) {
    const name = requiredText(args, 'name')
    const given = optionalText(args, 'type') ?? 'A'
    const type = types.find((each) => each === given)
    if (type === undefined) throw wrong('type', `one of ${types.join(', ')}`)
    const timeoutMs = timeoutMsOf(context, args, timeoutMsDefault)
    const records =
      optionalText(args, 'from') === 'target'
        ? await askTarget(context, name, type, timeoutMs)
        : await context.ports.net.dns(name, type, timeoutMs, textList(args, 'servers'), context.signal)
    const missing = textList(args, 'expect').filter((each) => !records.includes(each))
    const found = records.length === 0 ? `${name} has no ${type} record` : `${name} is ${records.join(', ')}`
    return verdict(
      records.length > 0 && missing.length === 0,
      missing.length > 0 && records.length > 0 ? `${found}; missing: ${missing.join(', ')}` : found,
      { records },
      'Correct the zone, or the list of name servers, and wait until old answers have expired.',
    )
  },
}

async function askTarget(
  context: ActionContext,
  name: string,
  type: RecordType,
  timeoutMs: number,
): Promise<readonly string[]> {
  if (type !== 'A' && type !== 'AAAA') throw wrong('type', 'A or AAAA, as `from: target` needs')
  const result = await runCommand(context, {
    argv: ['getent', type === 'A' ? 'ahostsv4' : 'ahostsv6', name],
    timeoutMs,
  })
  // getent(1): 2 means that the name was not found.
  if (result.exitCode === 2) return []
  if (result.exitCode !== 0) throw commandFailed(context, `getent on ${placeOf(context)}`, result)
  const addresses = decode(result.stdout)
    .split('\n')
    .map((line) => line.split(/\s+/)[0] ?? '')
  return [...new Set(addresses.filter((each) => each !== ''))].sort()
}
