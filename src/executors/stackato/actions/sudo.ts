import type { JsonObject } from '../../../base/json.ts'
import { isTainted } from '../../../base/secret.ts'
import { type Action, type ActionContext, ActionFailure } from '../../../ports/executor.ts'
import { flag, object } from '../../schema.ts'
import { failureOf, runOnHost } from '../kato.ts'
import { isPasswordless, sudoWorks } from '../sudo-state.ts'
import { minute, reads, sets } from './capabilities.ts'

/** Our own rule, in a file of its own: nobody else's is touched. Names with a dot are ignored by sudo, so the draft is harmless. */
const folder = '/etc/sudoers.d'
const name = 'rollbook-stackato'
const rule = 'stackato ALL=(ALL) NOPASSWD: ALL'

export const sudoReady: Action = {
  name: 'stackato.sudo_ready',
  title: 'Check passwordless sudo',
  description:
    'Checks with `sudo -n true` that `stackato` may use sudo without a password on the node. Without that, an upgrade asks for a password on each node even with SSH keys, so an unattended run must not start: the failure is of class `not_ready`.',
  with: object({}),
  outputs: object({ passwordless: flag('Passwordless', 'True when no password is asked.') }, ['passwordless']),
  capabilities: reads,
  duration: { expected_ms: 1000, worst_ms: minute },
  runs_on: 'target',
  example: {},
  describe: () => 'sudo -n true',
  perform: async (context) => {
    await sudoWorks(context)
    return { outputs: { passwordless: true }, summary: 'no password is asked', changed: false }
  },
}

export const sudoGrant: Action = {
  name: 'stackato.sudo_grant',
  title: 'Allow passwordless sudo for the upgrade',
  description: `Writes the file \`${folder}/${name}\` with mode 0440, after \`visudo\` has checked it, so that \`stackato\` needs no password for sudo. That is a security trade-off and the administrator's choice: take it back afterwards with \`stackato.sudo_revoke\`. Undoing does that too. Does nothing when sudo is passwordless already.`,
  with: object({
    password: {
      title: 'Password',
      description: 'Password of the user `stackato` for sudo; a secret input. It reaches sudo by standard input.',
      'x-secret': true,
    },
  }),
  outputs: object({ granted: flag('Granted', 'True when the file was written by this step.') }, ['granted']),
  capabilities: { ...sets, idempotent: true, reversible: true },
  duration: { expected_ms: 2000, worst_ms: minute },
  runs_on: 'target',
  example: { password: { $secret: 'stackato_password' } },
  describe: () => `write ${folder}/${name} (mode 0440): ${rule}`,
  perform: async (context, args) => {
    if (await isPasswordless(context))
      return { outputs: { granted: false }, summary: 'passwordless already', changed: false }
    const script = `umask 0337 && rm -f "$1/$2.draft" && printf '%s\\n' "$3" >"$1/$2.draft" && visudo -c -f "$1/$2.draft" >/dev/null && mv -f "$1/$2.draft" "$1/$2" || { rm -f "$1/$2.draft"; exit 1; }`
    await asRoot(context, args, script, [rule])
    if (!(await isPasswordless(context))) {
      throw new ActionFailure('unhealthy', `${folder}/${name} was written, and sudo still asks for a password`, {
        advice:
          'Another rule of the node counts more: look with sudo -l as stackato. stackato.sudo_revoke removes ours.',
        outputs: { granted: true },
      })
    }
    return { outputs: { granted: true }, summary: 'sudo asks for no password now', changed: true }
  },
  probe: async (context) => {
    if (!(await isPasswordless(context))) return { state: 'not_applied', summary: 'a password is asked' }
    // Another rule may let it through: an undo must not think that ours does.
    const ours = await runOnHost(context, ['test', '-e', `${folder}/${name}`], { sudo: {}, timeoutMs: 30_000 })
    return { state: 'applied', summary: 'no password is asked', outputs: { granted: ours.exitCode === 0 } }
  },
  undo: async (context, args, outputs) => {
    if (outputs['granted'] !== true) return { outputs: {}, summary: 'was not granted here', changed: false }
    await removeRule(context, args)
    return { outputs: {}, summary: 'taken back', changed: true }
  },
}

export const sudoRevoke: Action = {
  name: 'stackato.sudo_revoke',
  title: 'Take passwordless sudo back',
  description: `Removes the file \`${folder}/${name}\` that \`stackato.sudo_grant\` wrote. Rules that the administrator made elsewhere stay. Twice equals once.`,
  with: object({
    password: {
      title: 'Password',
      description:
        'Password of the user `stackato` for sudo, for the case that the rule is gone already; a secret input.',
      'x-secret': true,
    },
  }),
  outputs: object({ passwordless: flag('Passwordless', 'True when another rule still lets stackato through.') }, [
    'passwordless',
  ]),
  capabilities: { ...sets, idempotent: true, probe: false },
  duration: { expected_ms: 2000, worst_ms: minute },
  runs_on: 'target',
  example: {},
  describe: () => `rm ${folder}/${name}`,
  perform: async (context, args) => {
    const before = await isPasswordless(context)
    if (before || args['password'] !== undefined) await removeRule(context, args)
    const passwordless = await isPasswordless(context)
    return {
      outputs: { passwordless },
      summary: passwordless ? 'our rule is gone; another rule still allows it' : 'sudo asks for a password',
      changed: before && !passwordless,
    }
  },
}

function removeRule(context: ActionContext, args: JsonObject): Promise<void> {
  return asRoot(context, args, 'rm -f "$1/$2"', [])
}

/** Runs a script as root, with the password when one was given; it goes by standard input only. */
async function asRoot(
  context: ActionContext,
  args: JsonObject,
  script: string,
  more: readonly string[],
): Promise<void> {
  const given = args['password']
  const secret = typeof given === 'string' || isTainted(given) ? await context.reveal(given) : undefined
  const output = await runOnHost(context, ['sh', '-c', script, 'sh', folder, name, ...more], {
    sudo: secret === undefined ? {} : { password: secret },
    timeoutMs: 30_000,
  }).catch((error: unknown) => {
    if (secret !== undefined || !(error instanceof ActionFailure) || error.class !== 'refused') throw error
    throw new ActionFailure('not_ready', 'sudo asks for a password and none was given', {
      advice: 'Give the step the password as a secret input.',
      notApplied: error.notApplied,
      cause: error,
    })
  })
  if (output.exitCode !== 0) throw failureOf(`changing ${folder}/${name}`, output)
}
