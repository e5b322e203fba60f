import type { failureClasses } from '../../src/base/failure.ts'
import { checks } from '../../src/conformance/report.ts'
import { argumentKeywords } from '../../src/language/argument-schema.ts'
import { executorContract } from '../../src/ports/executor.ts'

const rules: readonly string[] = [
  '`perform` is called at least once per effect. It is called again for the same effect only when the action is declared `idempotent` or `resumable`, when `probe` said `not_applied`, or when a person decided so. The effect has an id that stays the same over such repetitions.',
  '`context.fence` only grows per target. Whoever can, hands it to the far side, so that a worker which hung and woke up is refused.',
  '`context.signal` is aborted at the deadline and on cancel. After that the call ends within a second and leaves nothing running that it started, unless it is `resumable` and says so.',
  'A failure is an `ActionFailure` with an honest class. It is recognised by its shape: an error with the name `ActionFailure`, a known `class`, an object `outputs` and a boolean `notApplied`. `notApplied: true` is a promise that nothing was done. Any other error counts as `process`.',
  'There is no global state. What has to be known between two calls lies on the far side, or in pools that live as long as the ports.',
  'Secrets arrive as references. `context.reveal` gives the text, which goes out by environment, standard input, a header or the body of a request; never as an argument of a process, never into outputs, log, evidence or messages.',
  'Arguments, target and outputs that are handed in stay as they are.',
  'The world is reached through `context.ports` only: files, processes, SSH, HTTP, mail, network probes, clock. That is what makes simulation, cancel, pooling and the kit possible.',
]

const classes: Readonly<Record<(typeof failureClasses)[number], string>> = {
  unreachable: 'no connection came about, or it broke',
  not_ready: 'it can be reached, but something is not yet as it must be',
  unhealthy: 'the change was made, and a health check says no',
  refused: 'the far side, or a rule, says no: credentials, host key, a request that is rejected',
  process: 'the work itself failed: an exit code, an answer that cannot be read',
  timeout: 'silence past the deadline',
  cancelled: 'a person or a stop ended it',
  unknown: 'nobody can tell whether the effect happened',
}

const capabilities: Readonly<Record<string, string>> = {
  effect: '`none` reads only; `change` alters something; `disruptive` is noticed by users',
  idempotent: 'twice equals once',
  probe: '`probe` tells afterwards whether the effect happened: `applied`, `not_applied`, `running` or `unknown`',
  dry_run:
    '`dryRun` rehearses and changes nothing; it says `checked` (the far side was asked), `simulated` or `assumed`',
  reversible: '`undo` puts back what was there; it gets the outputs of `perform`',
  resumable: 'the far side works on without us, and a second call with the same effect attaches to it',
  leaves_nothing_to_undo: 'it changes something of which nothing could be taken back, such as a message that was sent',
}

/** The page of the executor contract; what the kit checks comes from the kit. */
export function executorContractPage(): string {
  const rows = (entries: Readonly<Record<string, string>>): string =>
    Object.entries(entries)
      .map(([name, text]) => `| \`${name}\` | ${text} |`)
      .join('\n')
  return `<!-- Generated from src/conformance/report.ts and src/ports/executor.ts by "npm run generate". Do not edit. -->

# The executor contract, version ${executorContract}

What an executor and Rollbook may rely on in each other. The types are exported by the package \`rollbook\` (\`Executor\`, \`Action\`,
\`ActionContext\`, \`Ports\`), the check by \`rollbook/conformance\`. A guide shows [how to write one](../guides/write-an-executor.md).

An executor says which version of the contract it keeps: \`contract: ${executorContract}\`. A change that would break an executor makes a new version; what is
only added does not. An executor of another version is refused before anything of it is used.

## What an executor keeps

${rules.map((rule, index) => `${index + 1}. ${rule}`).join('\n')}

Calls that only work something out (\`describe\`, \`check\`, \`capabilitiesOf\`, \`durationOf\`) are pure: they may be called at any time, with arguments
that are incomplete or still hold expressions, and give the same each time.

## Capabilities

| name | what it promises |
| --- | --- |
${rows(capabilities)}

Where the arguments decide, \`capabilitiesOf\` says what holds for one call.

## Classes of failure

| class | when |
| --- | --- |
${rows(classes)}

## Schemas

\`with\` and \`outputs\` are JSON Schemas (draft 2020-12) of an object, with a title and a description on every property; \`with\` refuses unknown
keys. \`"x-secret": true\` marks where a secret may stand. They are judged while a runbook is written, so they use only these keywords:
${[...argumentKeywords].map((keyword) => `\`${keyword}\``).join(' ')}

## What the kit checks

\`rollbook executor test\` runs these for each action and each case of its description.

| check | what it means |
| --- | --- |
${rows(checks)}

The kit reaches what goes through the ports. It does not see files or sockets that an action opens past them, what the far side shows of a
secret on purpose, nor memory that native code keeps.
`
}
