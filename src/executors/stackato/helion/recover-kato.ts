import type { JsonObject } from '../../../base/json.ts'
import { type Action, type ActionContext, ActionFailure } from '../../../ports/executor.ts'
import { flag, list, object, text } from '../../schema.ts'
import { minute, works } from '../actions/capabilities.ts'
import { katoIsThere, loginShell, runOnHost } from '../kato.ts'
import { probeHostWork, runHostWork, wasBegun } from '../kato-work.ts'
import { sudoWorks } from '../sudo-state.ts'
import { type LoggedCommand, readSentinelLog } from './sentinel-log.ts'

const logFile = '/s/logs/sentinel-cli.log'
const folder = '/s/code/sentinel/cli'

export const recoverKato: Action = {
  name: 'stackato.recover_kato',
  title: 'Recover a missing kato',
  description: `When an upgrade ended while kato's own package was installed, \`kato\` is missing. The vendor's way: read the last start command from \`${logFile}\`, change to \`${folder}\`, run it. It goes on with the upgrade, so this is long work under a marker. Only a command of the documented shape is run. Does nothing when kato is there.`,
  with: object({}),
  outputs: object(
    {
      recovered: flag('Recovered', 'False when kato was there already.'),
      command: list('Command', 'The words that were run; empty when nothing was run.', { type: 'string' }),
      version: text('Version', 'Release that the logged command installs; empty when nothing was run.'),
    },
    ['recovered', 'command', 'version'],
  ),
  capabilities: works,
  duration: { expected_ms: 60 * minute, worst_ms: 6 * 60 * minute },
  runs_on: 'target',
  example: {},
  describe: () => `cd ${folder} && <the last command in ${logFile}>`,
  perform: async (context) => {
    // Once begun, kato may be back already: then the end of that work counts, not the presence of kato.
    if (!(await wasBegun(context)) && (await katoIsThere(context))) {
      return { outputs: { recovered: false, command: [], version: '' }, summary: 'kato is there', changed: false }
    }
    const logged = await lastCommand(context)
    await runHostWork(context, {
      what: `cd ${folder} && ${logged.words.join(' ')}`,
      words: logged.words,
      cwd: folder,
      beforeStart: () => sudoWorks(context),
    })
    if (!(await katoIsThere(context))) {
      throw new ActionFailure('unhealthy', 'the logged command ended well, and kato is still missing', {
        advice: 'Ask the vendor: the documented recovery does not help here.',
      })
    }
    return { outputs: outputsOf(logged), summary: `kato is back, release ${logged.version}`, changed: true }
  },
  probe: (context) => probeHostWork(context, async () => outputsOf(await lastCommand(context))),
}

function outputsOf(logged: LoggedCommand): JsonObject {
  return { recovered: true, command: [...logged.words], version: logged.version }
}

async function lastCommand(context: ActionContext): Promise<LoggedCommand> {
  const words = ['sh', '-c', 'grep -F "Running with command:" "$1" | tail -n 1', 'sh', logFile]
  const output = await runOnHost(context, loginShell(words), { timeoutMs: 30_000 })
  const logged = readSentinelLog(output.stdout)
  if (logged === undefined) {
    throw new ActionFailure('not_ready', `there is no start command in ${logFile}`, {
      advice: 'Run this on the core node; if the log is empty, ask the vendor.',
      notApplied: true,
    })
  }
  if ('malformed' in logged) {
    throw new ActionFailure('refused', `the command in ${logFile} has not the documented shape: ${logged.malformed}`, {
      advice: `Read the log; when the command is right, run it by hand in ${folder}.`,
      notApplied: true,
    })
  }
  return logged
}
