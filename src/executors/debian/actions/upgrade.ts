import type { JsonObject } from '../../../base/json.ts'
import { isJsonObject } from '../../../base/json.ts'
import {
  type Action,
  type ActionContext,
  ActionFailure,
  type ActionResult,
  type Capabilities,
} from '../../../ports/executor.ts'
import { isSet } from '../../arguments.ts'
import { type Sudo, shell, sudoOf } from '../../command.ts'
import { choice, flag, list, object, text } from '../../schema.ts'
import { sudoSchema } from '../../sudo-schema.ts'
import {
  allowOptions,
  askHost,
  conffileEnvironment,
  conffileOption,
  conffilePolicy,
  fetchOptions,
} from '../apt-command.ts'
import { aptFailure, hasBegun } from '../apt-failure.ts'
import {
  addressOf,
  allowSchema,
  allSchema,
  fetchSchema,
  lockSchema,
  packagesSchema,
  selectionProblems,
  selectionWords,
} from '../arguments.ts'
import { type Change, changeWords, readKeptBack, readSimulation } from '../package-state.ts'
import { changeScript, readTold, runPackageWork, withoutMarks } from '../package-work.ts'
import { probeUpgrade } from '../upgrade-probe.ts'
import { minute } from './capabilities.ts'
import { wordsShown } from './download.ts'

const name = 'debian.upgrade'

const cautious: Capabilities = {
  effect: 'disruptive',
  idempotent: true,
  probe: true,
  dry_run: true,
  reversible: true,
  resumable: true,
}

const changeSchema = object(
  {
    package: text('Package', 'Its name.'),
    from: text('From', 'Version before; empty when it was not installed.'),
    to: text('To', 'Version afterwards; empty when it is gone.'),
  },
  ['package', 'from', 'to'],
)

export const upgrade: Action = {
  name,
  title: 'Install and upgrade packages',
  description:
    'Runs `apt-get install` for named packages, or an upgrade of all, without a question: configuration files that were changed on the target are kept or replaced as `conffiles` says. It refuses to remove packages, to install older versions and to change held ones unless it is allowed to. The work runs under a marker on the target, survives a lost connection and is attached to again; it waits for a lock that another apt holds. An installation that was cut off before is finished first.',
  with: object({
    packages: packagesSchema,
    all: allSchema,
    conffiles: choice(
      'Changed configuration files',
      'What happens where both the target and the new version have changed a file: `keep` keeps the one on the target and lays the new one beside it as `.dpkg-dist`, `replace` takes the new one and keeps the old as `.dpkg-old`.',
      ['keep', 'replace'],
      { default: 'keep' },
    ),
    ...allowSchema,
    only_downloaded: flag('Only what is there', 'Fetches nothing: everything has to be in the cache already.', {
      default: false,
    }),
    finish_interrupted: flag('Finish first', 'Finishes what an installation that was cut off has left.', {
      default: true,
    }),
    ...fetchSchema,
    lock_timeout: lockSchema,
    sudo: sudoSchema,
  }),
  outputs: object(
    {
      changes: list('Changes', 'Every package whose version is another one now.', changeSchema),
      finished: list(
        'Finished',
        'Packages that an earlier attempt had left unfinished and that are in order now.',
        text('Package', 'Its name.'),
      ),
      kept_back: list('Kept back', 'Packages that apt left as they were.', text('Package', 'Its name.')),
    },
    ['changes', 'finished', 'kept_back'],
  ),
  capabilities: cautious,
  capabilitiesOf: (args) => ({ ...cautious, reversible: args['allow_downgrade'] === true }),
  duration: { expected_ms: 3 * minute, worst_ms: 60 * minute },
  runs_on: 'target',
  example: { packages: ['nginx=1.24.0-2'], conffiles: 'keep', sudo: true },
  describe(args) {
    const policy = args['conffiles'] === 'replace' ? 'replaced' : 'kept'
    return `apt-get -y ${wordsShown(args)} (changed configuration files are ${policy})`
  },
  check: selectionProblems,
  async perform(context, args) {
    const end = await runUpgrade(context, args, await sudoOf(context, args), aptWords(args))
    return end
  },
  async probe(context, args) {
    return await probeUpgrade(context, args, await sudoOf(context, args))
  },
  async dryRun(context, args) {
    addressOf(context, name)
    const sudo = await sudoOf(context, args)
    const { changes, keptBack } = await simulate(context, args, sudo)
    return {
      coverage: 'checked',
      summary: changes.length === 0 ? 'nothing would change' : changeWords(changes),
      outputs: { changes: changes.map((each) => ({ ...each })), finished: [], kept_back: [...keptBack] },
    }
  },
  async undo(context, args, outputs) {
    const back = changesIn(outputs)
    if (back.length === 0)
      return { outputs: { changes: [], finished: [], kept_back: [] }, summary: 'nothing to undo', changed: false }
    const words = back.map((change) => (change.from === '' ? `${change.package}-` : `${change.package}=${change.from}`))
    const options = ['--allow-downgrades', '--allow-change-held-packages', ...fetchOptions(args)]
    const argv = ['apt-get', '-q', '-y', ...dpkgOption(args), ...options, 'install', ...words]
    return await runUpgrade(context, args, await sudoOf(context, args), argv)
  },
}

function dpkgOption(args: JsonObject): readonly string[] {
  return ['-o', `DPkg::Options::=${conffileOption(conffilePolicy(args))}`]
}

function aptWords(args: JsonObject): readonly string[] {
  return [
    'apt-get',
    '-q',
    '-y',
    ...dpkgOption(args),
    ...(isSet(args, 'finish_interrupted', true) ? ['--fix-broken'] : []),
    ...(isSet(args, 'only_downloaded') ? ['--no-download'] : []),
    ...allowOptions(args),
    ...fetchOptions(args),
    ...selectionWords(args),
  ]
}

async function runUpgrade(
  context: ActionContext,
  args: JsonObject,
  sudo: Sudo | undefined,
  words: readonly string[],
): Promise<ActionResult> {
  const policy = conffilePolicy(args)
  const finish = isSet(args, 'finish_interrupted', true) ? '1' : '0'
  const end = await runPackageWork(context, args, {
    action: name,
    argv: shell(changeScript, conffileOption(policy), finish, ...words),
    env: conffileEnvironment(policy),
    sudo,
  })
  const { changes, finished } = readTold(end.stdout)
  const keptBack = readKeptBack(end.stdout)
  const outputs = { changes: changes.map((each) => ({ ...each })), finished: [...finished], kept_back: [...keptBack] }
  if (end.exitCode !== 0) {
    const failure = aptFailure(context, 'apt-get', { ...end, stdout: withoutMarks(end.stdout) })
    throw new ActionFailure(failure.class, failure.message, {
      advice: failure.advice,
      outputs: { ...outputs, ...failure.outputs },
      notApplied: failure.notApplied && changes.length + finished.length === 0,
    })
  }
  const begun = changes.length + finished.length > 0 || hasBegun(end.stdout)
  return {
    outputs,
    summary: summaryOf(changes, finished),
    changed: begun,
  }
}

function summaryOf(changes: readonly Change[], finished: readonly string[]): string {
  const parts = [
    ...(finished.length === 0 ? [] : [`finished what was begun before: ${finished.join(', ')}`]),
    ...(changes.length === 0 ? [] : [changeWords(changes)]),
  ]
  return parts.length === 0 ? 'nothing was to be done' : parts.join('; ')
}

/** Asks apt what it would do; it changes nothing and needs no lock. */
async function simulate(
  context: ActionContext,
  args: JsonObject,
  sudo: Sudo | undefined,
): Promise<{ readonly changes: readonly Change[]; readonly keptBack: readonly string[] }> {
  const answer = await askHost(context, {
    argv: [
      'apt-get',
      '-s',
      '-o',
      'Debug::NoLocking=true',
      '--fix-broken',
      ...allowOptions(args),
      ...selectionWords(args),
    ],
    sudo,
  })
  if (answer.exitCode !== 0) throw aptFailure(context, 'apt-get --simulate', answer)
  return { changes: readSimulation(answer.stdout), keptBack: readKeptBack(answer.stdout) }
}

/** The changes that a performed step has told. */
function changesIn(outputs: JsonObject): readonly Change[] {
  const changes = outputs['changes']
  if (!Array.isArray(changes)) return []
  return changes.flatMap((each): Change[] => {
    if (!isJsonObject(each)) return []
    const { package: name, from, to } = each
    return typeof name === 'string' && typeof from === 'string' && typeof to === 'string'
      ? [{ package: name, from, to }]
      : []
  })
}
