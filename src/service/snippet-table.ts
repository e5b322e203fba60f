/** The snippets of a runbook by the list or map in which they may stand; editors with nothing but the schema get the same. */
import type { Json } from '../base/json.ts'

export interface Snippet {
  readonly label: string
  readonly detail: string
  /** Values and keys may hold `${1:word}`. */
  readonly body: Json
}

export const steps: readonly Snippet[] = [
  { label: 'action step', detail: 'An executor does it', body: { id: '${1:id}', title: '${2:Title}', action: '${3}' } },
  {
    label: 'manual step',
    detail: 'A person does it',
    body: { id: '${1:id}', title: '${2:Title}', manual: '${3:What to do}', role: '${4}' },
  },
  {
    label: 'gate',
    detail: 'People decide',
    body: { id: '${1:go}', title: '${2:Go?}', gate: { type: 'go_no_go', roles: ['${3}'] } },
  },
  {
    label: 'rollout',
    detail: 'Canary, waves, window, health and rollback',
    body: {
      id: '${1:install}',
      title: '${2:Install the release}',
      rollout: {
        component: '${3}',
        to: '${4:${{ inputs.release \\}\\}}',
        canary: { count: 1 },
        waves: [{ id: '${5:all_others}', select: '"${6:true}"' }],
        each: [{ id: '${7:install}', action: '${8}' }],
        deadline: '${9:15m}',
        on_failure: [{ do: 'skip', then: 'stop_run' }],
      },
    },
  },
  {
    label: 'acceptance',
    detail: 'Criteria are captured or verified',
    body: { id: '${1:accept}', title: '${2:Verify the criteria}', acceptance: '${3:final}' },
  },
  {
    label: 'group',
    detail: 'Steps that belong together',
    body: { id: '${1:id}', title: '${2:Title}', steps: [{ id: '${3:id}', title: '${4:Title}', action: '${5}' }] },
  },
]

const phase = (kind: string, title: string): Snippet => ({
  label: `phase ${kind}`,
  detail: `A phase of the kind ${kind}`,
  body: {
    id: `\${1:${kind}}`,
    kind,
    title: `\${2:${title}}`,
    steps: [{ id: '${3:id}', title: '${4:Title}', action: '${5}' }],
  },
})

export const byList: Readonly<Record<string, readonly Snippet[]>> = {
  phases: [
    phase('preparation', 'Preparation'),
    phase('backup', 'Backup'),
    phase('connectivity', 'Connectivity'),
    phase('qualification', 'Qualification'),
    phase('upgrade', 'Upgrade'),
    phase('acceptance', 'Acceptance'),
    phase('closing', 'Closing'),
  ],
  steps,
  back_out: steps.slice(0, 2),
  windows: [
    {
      label: 'window every week',
      detail: 'Opens on days of the week',
      body: {
        id: '${1:maintenance}',
        days: ['${2:sun}'],
        start: '"${3:01:00}"',
        duration: '${4:2h}',
        time_zone: '${5:target}',
      },
    },
    {
      label: 'window once',
      detail: 'Opens from one moment to another',
      body: { id: '${1:move}', from: '"${2:2026-05-01T20:00}"', to: '"${3:2026-05-03T06:00}"' },
    },
    {
      label: 'window of the second Tuesday',
      detail: 'Opens in each month',
      body: { id: '${1:patch_night}', days: ['second tue'], start: '"${2:22:00}"', duration: '${3:4h}' },
    },
  ],
  freezes: [
    {
      label: 'freeze',
      detail: 'No work between two days',
      body: { from: '${1:2026-12-20}', to: '${2:2027-01-03}', reason: '${3:Year end}' },
    },
  ],
  requirements: [
    {
      label: 'requirement',
      detail: 'What somebody demands',
      body: { id: '${1:REQ-01}', text: '${2:What is demanded}', source: '${3:vendor guide}' },
    },
  ],
  acceptance_criteria: [
    {
      label: 'criterion measured by an action',
      detail: 'Checked by an executor',
      body: { id: '${1:id}', title: '${2:Title}', severity: 'must', action: '${3}' },
    },
    {
      label: 'criterion checked by a person',
      detail: 'Checked by hand',
      body: { id: '${1:id}', title: '${2:Title}', severity: 'must', manual: '${3:What to look at}' },
    },
  ],
  rules: [
    {
      label: 'safety rule',
      detail: 'Checked before each effect',
      body: { id: '${1:id}', title: '${2:Title}', check: '"${3:true}"' },
    },
  ],
}

export const byMap: Readonly<Record<string, readonly Snippet[]>> = {
  inputs: [
    {
      label: 'input version',
      detail: 'A version that is asked for',
      body: { '${1:release}': { type: 'version', title: '${2:Release to install}', required: true } },
    },
    {
      label: 'input secret',
      detail: 'A reference, never the value',
      body: { '${1:token}': { type: 'secret', from: { env: '${2:TOKEN}' } } },
    },
    {
      label: 'input text',
      detail: 'A line of text',
      body: { '${1:name}': { type: 'string', title: '${2:Title}', required: true } },
    },
  ],
  roles: [{ label: 'role', detail: 'Who takes part', body: { '${1:operator}': { title: '${2:Operator}' } } }],
  components: [
    {
      label: 'component',
      detail: 'Targets that are upgraded alike',
      body: { '${1:nodes}': { select: '${2:target.kind == "node"}' } },
    },
  ],
}
