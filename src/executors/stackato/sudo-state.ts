import { type ActionContext, ActionFailure } from '../../ports/executor.ts'
import { nodeOf, runOnHost } from './kato.ts'

/** Says whether sudo lets `stackato` through without a password; asks with `sudo -n true`, which changes nothing. */
export async function isPasswordless(context: ActionContext): Promise<boolean> {
  const output = await runOnHost(context, ['sudo', '-n', 'true'], { timeoutMs: 30_000 })
  return output.exitCode === 0
}

/**
 * Refuses long unattended work on a node where it would stop at a password prompt that nobody sees.
 *
 * @throws ActionFailure `not_ready`
 */
export async function sudoWorks(context: ActionContext): Promise<void> {
  if (await isPasswordless(context)) return
  throw new ActionFailure('not_ready', `sudo asks for a password on ${nodeOf(context).target.name}`, {
    advice:
      'Give stackato passwordless sudo for the time of the upgrade (a file in /etc/sudoers.d with mode 0440, or stackato.sudo_grant), then run the step again.',
    notApplied: true,
  })
}
