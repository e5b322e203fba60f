import { compareDotted, compareSemver } from '../../base/version-order.ts'
import { type Action, ActionFailure } from '../../ports/executor.ts'
import { commandOf, optionalText, timeoutMsOf, wrong } from '../arguments.ts'
import { readsOnly } from '../capabilities.ts'
import { commandFailed, decode, runCommand, sudoOf } from '../command.ts'
import { argv, choice, object, text } from '../schema.ts'
import { sudoSchema } from '../sudo-schema.ts'
import { compilePattern, patternProblems } from '../text-condition.ts'
import { shown, shownCommand } from '../wording.ts'
import { placeOf, timeout, timeoutMsDefault, verdict } from './verdict.ts'

const patternDefault = '(\\d+(?:\\.\\d+)+(?:[-+][0-9A-Za-z.-]+)?)'

export const version: Action = {
  name: 'check.version',
  title: 'Check a version',
  description:
    'Runs a command that prints a version, takes the first group of `pattern` from its output (standard error counts too), and compares it. Without a comparison the version is only read.',
  with: object(
    {
      command: argv('Command', 'Program and arguments that print the version.'),
      pattern: text('Pattern', 'Regular expression with one group, the version.', { default: patternDefault }),
      at_least: text('At least', 'The check fails below this version.'),
      below: text('Below', 'The check fails at or above this version.'),
      equals: text('Equals', 'The check fails unless it is this version.'),
      scheme: choice('Scheme', 'How versions are ordered.', ['dotted', 'semver'], { default: 'dotted' }),
      sudo: sudoSchema,
      timeout,
    },
    ['command'],
  ),
  outputs: object({ version: text('Version', 'As the command printed it.') }, ['version']),
  capabilities: readsOnly,
  duration: { expected_ms: 2000, worst_ms: timeoutMsDefault },
  runs_on: 'both',
  example: { command: ['openssl', 'version'], at_least: '3.0' },
  describe(args) {
    const wanted = (['at_least', 'below', 'equals'] as const)
      .filter((name) => args[name] !== undefined)
      .map((name) => `${name.replace('_', ' ')} ${shown(args[name])}`)
    return [`version from ${shownCommand(args)}`, ...wanted].join(', ')
  },
  check: (args) => patternProblems(args, 'pattern'),
  async perform(context, args) {
    const words = commandOf(args, 'command')
    const compare = optionalText(args, 'scheme') === 'semver' ? compareSemver : compareDotted
    const pattern = compilePattern(optionalText(args, 'pattern') ?? patternDefault, 'pattern')
    const sudo = await sudoOf(context, args)
    const result = await runCommand(context, {
      argv: words,
      ...(sudo === undefined ? {} : { sudo }),
      timeoutMs: timeoutMsOf(context, args, timeoutMsDefault),
    })
    if (result.exitCode !== 0) throw commandFailed(context, `${words[0]} on ${placeOf(context)}`, result)
    const said = context.hide(`${decode(result.stdout)}\n${decode(result.stderr)}`, result.truncated).slice(0, 65_536)
    const found = pattern.exec(said)?.[1]
    if (found === undefined) {
      throw new ActionFailure('process', `${words[0]} printed no version that the pattern finds`, {
        outputs: { stdout: context.hide(said.trim()).slice(0, 500) },
        advice: 'Correct `pattern`; it needs one group.',
      })
    }
    const against = (name: 'at_least' | 'below' | 'equals', holds: (order: number) => boolean): string[] => {
      const wanted = optionalText(args, name)
      if (wanted === undefined) return []
      const order = compare(found, wanted)
      if (order === undefined) throw wrong(name, `comparable with version ${found}`)
      return holds(order) ? [] : [`${name.replace('_', ' ')} ${wanted}`]
    }
    const unmet = [
      ...against('at_least', (order) => order >= 0),
      ...against('below', (order) => order < 0),
      ...against('equals', (order) => order === 0),
    ]
    const summary = unmet.length === 0 ? `version ${found}` : `version ${found}, wanted ${unmet.join(' and ')}`
    return verdict(unmet.length === 0, summary, { version: found })
  },
}
