/** Arguments that several actions about packages share. */
import type { JsonObject } from '../../base/json.ts'
import { type ActionContext, ActionFailure, type JsonSchema } from '../../ports/executor.ts'
import type { SshAddress } from '../../ports/ssh.ts'
import { sshAddressOf } from '../../ports/ssh-address.ts'
import { optionalText, textList, wrong } from '../arguments.ts'
import { choice, duration, flag, list, text, whole } from '../schema.ts'

/** Policy manual, 5.6.1: lower case letters, digits, plus, minus, dot; an architecture may follow a colon. */
const packageName = '[a-z0-9][a-z0-9+.-]+(?::[a-z0-9-]+)?'
const packageVersion = '[0-9A-Za-z.+~:-]+'

export const packageSchema: JsonSchema = text('Package', 'Name of the package, such as `nginx`.', {
  pattern: `^${packageName}$`,
})

export const packagesSchema: JsonSchema = list(
  'Packages',
  'Names, each with `=VERSION` behind it where one version is meant.',
  text('Package', 'Such as `nginx` or `nginx=1.24.0-2`.', { pattern: `^${packageName}(?:=${packageVersion})?$` }),
  { minItems: 1 },
)

export const allSchema: JsonSchema = choice(
  'All packages',
  'Instead of `packages`: `upgrade` takes every newer version that needs no other package to go, `dist-upgrade` also changes what is installed.',
  ['upgrade', 'dist-upgrade'],
)

export const fetchSchema: Readonly<Record<string, JsonSchema>> = {
  fetch_timeout: duration('Patience with a repository', 'How long apt waits for a silent repository.', {
    default: '30s',
  }),
  fetch_retries: whole('Tries per file', 'How often apt fetches a file again that did not arrive.', {
    default: 3,
    minimum: 0,
    maximum: 20,
  }),
}

export const lockSchema: JsonSchema = duration(
  'Patience with a lock',
  'How long to wait while another apt or dpkg works on the target. Without it: as long as the deadline allows. Then the action fails as `not_ready`.',
)

export const allowSchema: Readonly<Record<string, JsonSchema>> = {
  allow_remove: flag('Packages may go', 'Lets apt remove packages that stand in the way. Otherwise it refuses.', {
    default: false,
  }),
  allow_downgrade: flag(
    'Older versions may come',
    'Lets apt install an older version than the one that is there. It also says that the product can go back: then the step can be undone by installing the versions from before, as long as the repositories offer them.',
    { default: false },
  ),
  allow_held: flag('Held packages may change', 'Lets apt change packages that are held back. Otherwise it refuses.', {
    default: false,
  }),
}

export interface WantedPackage {
  readonly name: string
  readonly version: string | undefined
}

/** Splits `name=version`. */
export function wantedPackages(args: JsonObject): readonly WantedPackage[] {
  const pattern = new RegExp(`^${packageName}(?:=${packageVersion})?$`)
  return textList(args, 'packages').map((each) => {
    if (!pattern.test(each)) throw wrong('packages', 'a list of package names')
    const at = each.indexOf('=')
    return at < 0 ? { name: each, version: undefined } : { name: each.slice(0, at), version: each.slice(at + 1) }
  })
}

/** For `check`: exactly one of `packages` and `all`. */
export function selectionProblems(args: JsonObject): readonly string[] {
  return Number(args['packages'] !== undefined) + Number(args['all'] !== undefined) === 1
    ? []
    : ['give exactly one of `packages` and `all`']
}

/** Words of apt-get for what is to be installed. */
export function selectionWords(args: JsonObject): readonly string[] {
  const [problem] = selectionProblems(args)
  if (problem !== undefined)
    throw new ActionFailure('process', problem, { advice: 'Correct the runbook.', notApplied: true })
  const all = optionalText(args, 'all')
  if (all !== undefined) {
    if (all !== 'upgrade' && all !== 'dist-upgrade') throw wrong('all', '`upgrade` or `dist-upgrade`')
    return [all]
  }
  const names = wantedPackages(args).map(({ name, version }) => (version === undefined ? name : `${name}=${version}`))
  return ['install', ...names]
}

/** The target of an action that makes no sense anywhere else. */
export function addressOf(context: ActionContext, action: string): SshAddress {
  if (context.target !== undefined) return sshAddressOf(context.target)
  throw new ActionFailure('process', `${action} needs a target`, { advice: 'Give the step `on`.', notApplied: true })
}
