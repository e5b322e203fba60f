import { type Action, ActionFailure, textOf } from '../../../ports/executor.ts'
import { choice, flag, object, text } from '../../schema.ts'
import { askKato } from '../kato.ts'
import { classifyKato } from '../kato-failure.ts'
import { transcript } from '../kato-work.ts'
import { minute, reads } from './capabilities.ts'

export const inspect: Action = {
  name: 'stackato.inspect',
  title: 'Run the built-in checks of a node',
  description:
    'Runs `kato inspect` and keeps all it prints as evidence. The exit code decides: 0 is a pass. With `require: pass` anything else is a failure of class `unhealthy`.',
  with: object({
    tests: text('Tests', '`all`, or words that `kato inspect` knows, such as `group network`.', {
      default: 'all',
      pattern: '^[A-Za-z0-9 _,-]+$',
    }),
    require: choice('Require', '`pass`: every check has to pass. `nothing`: only look.', ['pass', 'nothing'], {
      default: 'pass',
    }),
  }),
  outputs: object({ passed: flag('Passed', 'True when the exit code was 0.') }, ['passed']),
  capabilities: reads,
  duration: { expected_ms: 30_000, worst_ms: 10 * minute },
  runs_on: 'target',
  example: { tests: 'all' },
  describe: (args) => `kato inspect ${textOf(args['tests'] ?? 'all', 'tests')}`,
  perform: async (context, args) => {
    const words = ['inspect', ...textOf(args['tests'] ?? 'all', 'tests').split(/\s+/)]
    const output = await askKato(context, words)
    const what = `kato ${words.join(' ')}`
    await context.keepEvidence('kato-inspect.txt', 'text/plain', transcript(what, output))
    const passed = output.exitCode === 0
    if (!passed && (args['require'] ?? 'pass') === 'pass') {
      const missing = output.exitCode === 127
      const { class: failureClass, advice } = classifyKato(output.exitCode, output.stderr)
      throw new ActionFailure(missing ? failureClass : 'unhealthy', `${what}: exit code ${output.exitCode}`, {
        advice: missing ? advice : 'Read the output in the evidence: it names the checks that failed.',
        outputs: { passed },
      })
    }
    return { outputs: { passed }, summary: passed ? 'all checks passed' : 'some checks failed', changed: false }
  },
}
