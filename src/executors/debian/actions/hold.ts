import type { Json, JsonObject } from '../../../base/json.ts'
import {
  type Action,
  type ActionContext,
  ActionFailure,
  type ActionResult,
  type Capabilities,
  type DryRunResult,
  type ProbeResult,
} from '../../../ports/executor.ts'
import { textList, wrong } from '../../arguments.ts'
import { type Sudo, shell, sudoOf } from '../../command.ts'
import { list, object, text } from '../../schema.ts'
import { sudoSchema } from '../../sudo-schema.ts'
import { afterEffect } from '../../under-way.ts'
import { shown } from '../../wording.ts'
import { askHost, lockSeconds, waitingForLock } from '../apt-command.ts'
import { aptFailure } from '../apt-failure.ts'
import { addressOf, lockSchema, packageSchema } from '../arguments.ts'
import { isArchitecture, isSamePackage } from '../package-state.ts'
import { unreadable } from '../unreadable.ts'
import { minute, second } from './capabilities.ts'

const capabilities: Capabilities = {
  effect: 'change',
  idempotent: true,
  probe: true,
  dry_run: true,
  reversible: true,
  resumable: false,
}

type Verb = 'hold' | 'unhold'

const arguments_: JsonObject = object(
  {
    packages: list('Packages', 'Names of packages.', packageSchema, { minItems: 1 }),
    lock_timeout: lockSchema,
    sudo: sudoSchema,
  },
  ['packages'],
)

const outputs: JsonObject = object(
  {
    changed: list('Changed', 'Packages that were not like that before.', text('Package', 'Its name.')),
    held: list('Held', 'All packages of the target that are held back now.', text('Package', 'Its name.')),
  },
  ['changed', 'held'],
)

export const hold: Action = makeAction(
  'hold',
  'Hold packages back',
  'Marks packages with `apt-mark hold`, so that no upgrade changes them until they are let go. Undoing it lets go only those that were not held before.',
)

export const unhold: Action = makeAction(
  'unhold',
  'Let held packages go',
  'Takes the mark of `apt-mark hold` off packages, so that upgrades change them again. Undoing it holds back only those that were held before.',
)

function makeAction(verb: Verb, title: string, description: string): Action {
  const name = `debian.${verb}`
  return {
    name,
    title,
    description,
    with: arguments_,
    outputs,
    capabilities,
    duration: { expected_ms: 2 * second, worst_ms: 2 * minute },
    runs_on: 'target',
    example: { packages: ['nginx'], sudo: true },
    describe: (args) => `apt-mark ${verb} ${shownPackages(args)}`,
    async perform(context, args): Promise<ActionResult> {
      addressOf(context, name)
      return await mark(context, args, verb, textList(args, 'packages'))
    },
    async probe(context, args): Promise<ProbeResult> {
      const left = await different(context, args, verb)
      return left.length === 0
        ? { state: 'applied', summary: `all are ${verb === 'hold' ? 'held' : 'free'}` }
        : { state: 'not_applied', summary: `not yet: ${left.join(', ')}` }
    },
    async dryRun(context, args): Promise<DryRunResult> {
      addressOf(context, name)
      const left = await different(context, args, verb)
      return {
        coverage: 'checked',
        summary: left.length === 0 ? 'nothing would change' : `apt-mark ${verb} ${left.join(' ')}`,
        outputs: { changed: [...left] },
      }
    },
    async undo(context, args, before): Promise<ActionResult> {
      const changed = textsOf(before['changed'])
      if (changed.length === 0)
        return { outputs: { changed: [], held: [] }, summary: 'nothing to undo', changed: false }
      return await mark(context, args, verb === 'hold' ? 'unhold' : 'hold', changed)
    },
  }
}

async function mark(
  context: ActionContext,
  args: JsonObject,
  verb: Verb,
  packages: readonly string[],
): Promise<ActionResult> {
  if (packages.some((each) => !/^[a-z0-9]/.test(each))) throw wrong('packages', 'a list of package names')
  const sudo = await sudoOf(context, args)
  const before = await heldPackages(context, sudo)
  const answer = await askHost(context, {
    argv: waitingForLock(lockSeconds(context, args), ['apt-mark', verb, ...packages]),
    sudo,
    timeoutMs: context.deadlineMs,
  })
  if (answer.exitCode !== 0) throw aptFailure(context, `apt-mark ${verb}`, answer)
  const held = await afterEffect(() => heldPackages(context, sudo))
  const missing = packages.filter((each) => held.has(each) !== (verb === 'hold'))
  if (missing.length > 0) {
    // An unknown package is only a note of apt-mark, with exit code 0 in some versions.
    throw new ActionFailure(
      'refused',
      `apt-mark ${verb} on ${context.target?.name}: ${missing.join(', ')} did not change`,
      {
        advice: 'Is it installed, or known to a repository?',
      },
    )
  }
  const changed = packages.filter((each) => before.has(each) !== held.has(each))
  return {
    outputs: { changed: [...changed], held: [...held.names] },
    summary: changed.length === 0 ? 'was so already' : `${verb === 'hold' ? 'held' : 'let go'}: ${changed.join(', ')}`,
    changed: changed.length > 0,
  }
}

/** Packages that are not yet as the verb wants them. */
async function different(context: ActionContext, args: JsonObject, verb: Verb): Promise<readonly string[]> {
  const held = await heldPackages(context, await sudoOf(context, args))
  return textList(args, 'packages').filter((each) => held.has(each) !== (verb === 'hold'))
}

interface Held {
  readonly names: readonly string[]
  /** Whether a package is among them, its architecture named or not. */
  has(name: string): boolean
}

async function heldPackages(context: ActionContext, sudo: Sudo | undefined): Promise<Held> {
  const answer = await askHost(context, { argv: shell('dpkg --print-architecture && apt-mark showhold'), sudo })
  if (answer.exitCode !== 0) throw aptFailure(context, 'apt-mark showhold', answer)
  const [native = '', ...names] = answer.stdout.split('\n').filter((line) => line !== '')
  if (!isArchitecture(native) || names.some((name) => !/^[a-z0-9][a-z0-9+.:-]*$/.test(name)))
    throw unreadable(context, 'apt-mark')
  return { names, has: (name) => names.some((each) => isSamePackage(each, name, native)) }
}

function shownPackages(args: JsonObject): string {
  const packages = args['packages']
  return Array.isArray(packages) ? packages.map((each) => shown(each)).join(' ') : shown(packages)
}

function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []
}
