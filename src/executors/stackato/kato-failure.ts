import type { FailureClass } from '../../base/failure.ts'

export interface KatoFailure {
  readonly class: FailureClass
  readonly advice: string
}

interface Rule extends KatoFailure {
  readonly pattern: RegExp
}

/**
 * What a failed command says, first match wins. The vendor documents only the wording of a missing `kato`; the other
 * patterns are words that such messages have anyway, so a rule may miss, and then the class is `process`.
 *
 * No rule gives `unreachable`: that class means that *we* lost the target, and would make the engine attach to work that
 * has ended.
 */
const rules: readonly Rule[] = [
  {
    pattern: /kato: (command not found|No such file or directory|not found)/i,
    class: 'process',
    advice:
      'kato is missing on this node, as after a failed installation of its own package. On Helion run stackato.recover_kato on the core node, on Stackato 3.0 stackato.fix_kato on this node, then go on.',
  },
  {
    pattern: /not enough disk space|no space left on device|insufficient disk/i,
    class: 'not_ready',
    advice:
      'Free disk space on the node that the message names, or move the cache with stackato.cache_dir, then run the step again; without enough space do not upgrade in place.',
  },
  {
    pattern: /cannot allocate memory|out of memory|insufficient memory/i,
    class: 'not_ready',
    advice:
      'Free memory on the node that the message names, for example with stackato.stop for some roles, then run the step again.',
  },
  {
    pattern: /not enough room on the other DEAs|not enough capacity|insufficient capacity/i,
    class: 'not_ready',
    advice: 'Add at least one DEA, then run the step again.',
  },
  {
    pattern:
      /no tty present|no askpass|password is required|no password was (given|provided)|a terminal is required to read the password/i,
    class: 'not_ready',
    advice:
      'An unattended run needs passwordless sudo for stackato and key-based SSH from the core to every node. Check with stackato.sudo_ready and stackato.cluster_ssh_ready.',
  },
  {
    pattern: /incorrect password|permission denied \(|not in the sudoers/i,
    class: 'refused',
    advice: 'The password or the key was refused. Correct it before another attempt.',
  },
  {
    pattern: /patch \S+ is outstanding|outstanding patch/i,
    class: 'not_ready',
    advice: 'Install the outstanding patches first: stackato.patch_install, or kato patch install by hand.',
  },
  {
    pattern: /inconsistent state/i,
    class: 'not_ready',
    advice:
      'Look with stackato.status at what does not run: kato start heals FATAL, kato restart heals STARTING. Then run the step again.',
  },
  {
    pattern: /\bmodule \S+ (could not|failed|cannot)/i,
    class: 'process',
    advice:
      'Run the step again: modules with a latch are skipped, and this one is retried from the removal of its partial copy. When it fails again, ask the vendor.',
  },
  {
    pattern: /another upgrade is running|already in progress/i,
    class: 'not_ready',
    advice: 'Wait until the other upgrade has ended, then run the step again.',
  },
  {
    pattern: /invalid option|unrecognized option/i,
    class: 'refused',
    advice: 'This kato does not know the option. Run stackato.node_upgrade with update_kato first.',
  },
  {
    pattern: /not confirmed|\[y\/n\]/i,
    class: 'refused',
    advice:
      'This build of kato asks although it was told not to. Run the same command by hand on the core and confirm it, then mark the step done.',
  },
  {
    pattern: /maintenance mode \(503\)|status=503/i,
    class: 'not_ready',
    advice: 'The API is off while maintenance mode is on. Run the step after maintenance mode has ended.',
  },
  {
    pattern:
      /could not (download|fetch|resolve|update)|reset by peer|timed out|network is unreachable|no route to host|connection refused|lost the connection/i,
    class: 'process',
    advice:
      'The network failed on the side of the cluster. Run the step again as soon as the destination can be reached: what is done is not done again.',
  },
]

/**
 * Classifies a command that ended with a code other than 0.
 *
 * @param output - error output, then standard output
 */
export function classifyKato(exitCode: number | null, output: string): KatoFailure {
  const rule = rules.find(({ pattern }) => pattern.test(output))
  if (rule) return { class: rule.class, advice: rule.advice }
  if (exitCode === 127) return { class: rules[0]!.class, advice: rules[0]!.advice }
  return { class: 'process', advice: 'Read the whole output in the evidence of this step.' }
}

/** The line that says most: the last one with an error word, else the last one that is not empty. */
export function tellingLine(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const telling = lines.findLast((line) =>
    /error|failed|fatal|cannot|not found|no such file|required|denied/i.test(line),
  )
  return telling ?? lines.at(-1) ?? ''
}
