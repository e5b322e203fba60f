/** The folder that the examples of errors speak of: two runs that wait for people, and one whose step has failed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'

const files: Readonly<Record<string, string>> = {
  'inventory.yaml': `rollbook: inventory/v1
targets:
  web-1: {kind: host, address: 192.0.2.1}
  web-2: {kind: host, address: 192.0.2.2}
`,
  'upgrade.yaml': `rollbook: runbook/v1
name: upgrade
title: Upgrade of the web servers
version: 1.0.0
inputs:
  release: {type: version, title: Release to install, required: true}
  mode: {type: enum, title: Mode, options: [fast, careful], default: fast}
  token: {type: secret, title: Token of the shop, from: {env: SHOP_TOKEN}}
roles:
  operator: {title: Operator}
phases:
  - id: prepare
    kind: preparation
    title: Preparation
    steps:
      - id: people
        title: Tell the people
        parallel: true
        steps:
          - id: users
            title: Tell the users of \${{ inputs.release }}
            description: The upgrade is \${{ inputs.mode }}.
            role: operator
            manual: Send the mail.
            form: [{id: ticket, title: Ticket, type: integer, required: true}]
            evidence: [{id: mail, title: The mail, required: true}]
          - {id: support, title: Tell the support, role: operator, manual: Call them.}
      - id: health
        title: Ask the shop
        action: http.request
        with: {url: "http://192.0.2.9/health", headers: {Authorization: "Bearer \${{ inputs.token }}"}}
`,
  'restart.yaml': `rollbook: runbook/v1
name: restart
title: Restart
version: 1.0.0
phases:
  - id: work
    kind: upgrade
    title: Work
    steps:
      - {id: restart, title: Restart, action: local.run, with: {script: "exit 3"}}
`,
  'twins.yaml': `rollbook: runbook/v1
name: twins
title: Clients and agents
version: 1.0.0
components:
  clients: {select: target.name == "web-1"}
  agents: {select: target.name == "web-2"}
phases:
  - id: work
    kind: upgrade
    title: Work
    steps:
      - id: both
        title: Both
        parallel: true
        steps:
          - id: clients
            title: Clients
            rollout:
              component: clients
              to: "2.0.0"
              max_failures: 1
              each: [{id: install, action: local.run, with: {script: "exit 3"}, deadline: 1m}]
              on_failure: [{do: fail, then: ask}]
          - id: agents
            title: Agents
            rollout:
              component: agents
              to: "2.0.0"
              max_failures: 1
              each: [{id: install, action: local.run, with: {script: "exit 3"}, deadline: 1m}]
              on_failure: [{do: fail, then: ask}]
`,
  'done.yaml': `rollbook: runbook/v1
name: done
title: Done already
version: 1.0.0
phases:
  - id: work
    kind: upgrade
    title: Work
    steps:
      - {id: look, title: Look, action: local.run, with: {command: ["true"]}, deadline: 1m, back_out: [{id: back, title: Back, manual: Nothing to do}]}
`,
  'answers.yaml': 'rollbook: answers/v1\nanswers:\n  users: {choice: yes, by: Ines}\n',
  'list.yaml': '- release\n',
  'misspelt/recipe-bok.html.hbs': 'x',
  'unescaped/recipe-book.md.hbs': '{{{title}}}',
  'broken/recipe-book.md.hbs': '{{#if title}}',
  'folder.html/keep': '',
}

export interface ExampleWorld {
  readonly root: string
  /** Runs one command line; `env` over a token that is set. */
  readonly say: (line: string, env?: Readonly<Record<string, string | undefined>>) => Promise<string>
  readonly remove: () => void
}

export async function makeExampleWorld(): Promise<ExampleWorld> {
  const root = mkdtempSync(join(tmpdir(), 'rollbook-examples-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  const say: ExampleWorld['say'] = async (line, over = {}) => {
    const before = process.env['SHOP_TOKEN']
    const env = { ...process.env, SHOP_TOKEN: 'a-long-token-of-the-shop', ...over }
    const io = captureIo({ cwd: root, env, now: () => Date.now() })
    if (env.SHOP_TOKEN === undefined) delete process.env['SHOP_TOKEN']
    else process.env['SHOP_TOKEN'] = env.SHOP_TOKEN
    try {
      await runCli(line.split(' '), io)
    } finally {
      if (before === undefined) delete process.env['SHOP_TOKEN']
      else process.env['SHOP_TOKEN'] = before
    }
    return `${io.out()}${io.err()}`
  }
  const upgrade = 'run upgrade.yaml -i inventory.yaml --set release=2.0.0 --unattended --by Ines --id'
  for (const line of [
    `${upgrade} upgrade-1`,
    `${upgrade} upgrade-2`,
    'run restart.yaml -i inventory.yaml --unattended --by Ines --id restart-1',
    'run twins.yaml -i inventory.yaml --unattended --by Ines --id twins-1',
    'run done.yaml -i inventory.yaml --unattended --by Ines --id done-1',
  ])
    await say(line)
  return { root, say, remove: () => rmSync(root, { recursive: true, force: true }) }
}
