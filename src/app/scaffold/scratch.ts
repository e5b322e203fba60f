/** What a runbook from scratch is made of. */
export interface ScratchOptions {
  readonly name: string
  readonly title: string
  /** Id of the component, which is the kind of its targets as well. */
  readonly component: string
  readonly hosts: readonly { readonly name: string; readonly address: string }[]
  /** Lines for a shell on a host; `$RELEASE` is the release to install, or to go back to. */
  readonly upgradeCommand: string
  /** Prints the version that is installed. */
  readonly versionCommand: string
  /** What is installed now. */
  readonly installed: string
  /** Value of the input, for the values file. */
  readonly release: string
}

/** The files of a runbook with one component: text by name. */
export function scratchFiles(options: ScratchOptions): ReadonlyMap<string, string> {
  return new Map([
    [`${options.name}.yaml`, runbookText(options)],
    [`${options.name}.inventory.yaml`, inventoryText(options)],
    [
      `${options.name}.values.yaml`,
      `# Values of the inputs: rollbook plan ${options.name}.yaml --values ${options.name}.values.yaml\nrelease: ${word(options.release)}\n`,
    ],
  ])
}

/** Text in quotes: what JSON writes, YAML reads the same. */
function word(text: string): string {
  return JSON.stringify(text)
}

function runbookText({ name, title, component, upgradeCommand, versionCommand }: ScratchOptions): string {
  const install = (release: string): string =>
    `{script: ${word(upgradeCommand)}, env: {RELEASE: "\${{ ${release} }}"}, idempotent: true}`
  return `rollbook: runbook/v1
name: ${name}
title: ${word(title)}
version: 0.1.0
description: |
  What is upgraded, why, and what users notice of it.

inputs:
  release: {type: version, title: Release to install, required: true}

roles:
  operator: {title: Operator}
  change_manager: {title: Change manager}

# What the vendor or your own rules demand goes under "requirements", and steps say which of them they cover.
# When work may happen goes under "windows", and the rollout names one: "window: maintenance".

components:
  ${component}:
    select: target.kind == "${component}"

acceptance_criteria:
  - id: release
    title: Every host runs the release
    action: check.version
    on: ${component}
    with: {command: [sh, -c, ${word(versionCommand)}]}
    pass_when: outputs.version == inputs.release

phases:
  - id: prepare
    kind: preparation
    title: Preparation
    steps:
      - {id: tell_users, title: Tell the users, role: operator, manual: Tell those who use it when the upgrade begins and what they will notice.}
      - {id: room, title: Check the free disk space, action: check.disk, on: ${component}, with: {path: /, min_free: 1GB}, deadline: 1m}
      - id: go
        title: Begin the upgrade?
        gate: {type: go_no_go, roles: [change_manager]}

  - id: upgrade
    kind: upgrade
    title: Upgrade
    steps:
      - id: install
        title: One host first, then all others
        rollout:
          component: ${component}
          to: "\${{ inputs.release }}"
          canary: {count: 1, soak: 5m}
          waves:
            - {id: all_others, title: All other hosts, select: "true"}
          max_concurrency: 1
          max_failures: 0
          each:
            - id: install_release
              title: Install the release
              action: ssh.run
              with: ${install('inputs.release')}
          post_checks:
            - id: new_version
              title: The host runs the release
              action: check.version
              with: {command: [sh, -c, ${word(versionCommand)}], equals: "\${{ inputs.release }}"}
          deadline: 15m
          rollback:
            mode: auto
            steps:
              - id: put_back
                title: Install the version that was there before
                action: ssh.run
                with: ${install('target.version')}
          on_failure:
            - {class: unreachable, do: skip}
            - {do: rollback, then: stop_rollout}

  - id: accept
    kind: acceptance
    title: Acceptance
    steps:
      - {id: final, title: Verify the criteria, acceptance: final}
`
}

function inventoryText({ component, hosts, installed }: ScratchOptions): string {
  const lines = hosts.map(
    ({ name, address }) => `  ${word(name).replace(/^"([a-z][\w.-]*)"$/i, '$1')}: {address: ${word(address)}}`,
  )
  return `rollbook: inventory/v1
defaults:
  kind: ${component}
  version: ${word(installed)}
  # How the hosts are reached; without it as your own ssh does.
  # connection: {user: admin}
targets:
${lines.join('\n')}
`
}
