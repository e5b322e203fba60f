import { type Action, ActionFailure } from '../../ports/executor.ts'
import { commandOf, optionalText, revealMap, textList, timeoutMsOf, wholeNumbers } from '../arguments.ts'
import { readsOnly } from '../capabilities.ts'
import { decode, howItEnded, runCommand, sudoOf } from '../command.ts'
import { argv, environment, list, object, text, whole } from '../schema.ts'
import { sudoSchema } from '../sudo-schema.ts'
import { patternProblems, textConditions, unmetConditions } from '../text-condition.ts'
import { shownCommand, shownEnvironment } from '../wording.ts'
import { placeOf, timeout, timeoutMsDefault, verdict } from './verdict.ts'

/** Characters of output that stand in the outputs. */
const outputCharsMax = 65_536

export const command: Action = {
  name: 'check.command',
  title: 'Check by a command',
  description:
    'Runs a command on the target, or on control, and judges exit code and output. Only for commands that change nothing: a dry run performs them too. `contains`, `not_contains` and `matches` look at standard output.',
  with: object(
    {
      command: argv('Command', 'Program and arguments; no shell looks at them. Never a secret.'),
      expect_exit: list('Expected exit codes', 'Codes that count as success.', whole('Exit code', 'From 0 to 255.'), {
        default: [0],
      }),
      ...textConditions,
      env: environment,
      cwd: text('Working folder', 'Where the command runs. Default: the home folder.'),
      sudo: sudoSchema,
      timeout,
    },
    ['command'],
  ),
  outputs: object(
    {
      exit_code: whole('Exit code', 'As the program ended.'),
      stdout: text('Standard output', 'Trimmed, at most 65,536 characters.'),
      stderr: text('Standard error', 'Trimmed, at most 65,536 characters.'),
    },
    ['exit_code', 'stdout', 'stderr'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 2000, worst_ms: timeoutMsDefault },
  runs_on: 'both',
  example: { command: ['systemctl', 'is-active', 'nginx'], contains: ['active'] },
  describe: (args) => `${shownEnvironment(args)}${shownCommand(args)}`,
  check: (args) => patternProblems(args, 'matches'),
  async perform(context, args) {
    const words = commandOf(args, 'command')
    const expected = wholeNumbers(args, 'expect_exit', [0])
    const env = await revealMap(context, args, 'env')
    const cwd = optionalText(args, 'cwd')
    const sudo = await sudoOf(context, args)
    const result = await runCommand(context, {
      argv: words,
      ...(env === undefined ? {} : { env }),
      ...(cwd === undefined ? {} : { cwd }),
      ...(sudo === undefined ? {} : { sudo }),
      timeoutMs: timeoutMsOf(context, args, timeoutMsDefault),
    })
    const stdout = decode(result.stdout)
    const outputs = {
      exit_code: result.exitCode,
      stdout: context.hide(stdout.trim(), result.truncated).slice(0, outputCharsMax),
      stderr: context.hide(decode(result.stderr).trim(), result.truncated).slice(0, outputCharsMax),
    }
    if (result.exitCode === null || !expected.includes(result.exitCode)) {
      return verdict(false, `${words[0]} on ${placeOf(context)}: ${howItEnded(context, result)}`, outputs)
    }
    if (result.truncated && textList(args, 'not_contains').length > 0) {
      throw new ActionFailure('process', `${words[0]} on ${placeOf(context)} printed more than can be looked through`, {
        advice: 'Let the command search by itself, such as grep with `expect_exit: [1]`.',
        outputs,
      })
    }
    const unmet = unmetConditions(args, stdout, 'the output')
    return verdict(unmet.length === 0, unmet.length === 0 ? `${words[0]} is as expected` : unmet.join('; '), outputs)
  },
}
