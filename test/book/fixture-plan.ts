/** A small Stackato cluster that is upgraded: every form of step, every kind of fact, as a planner would write it. */
import type { JsonObject } from '../../src/base/json.ts'
import type {
  Plan,
  PlanAcceptance,
  PlanAction,
  PlanGate,
  PlanGroup,
  PlanManual,
  PlanPreview,
  PlanRetry,
  PlanRollout,
  PlanStepBase,
  PlanTarget,
} from '../../src/plan/model.ts'
import type { Capabilities } from '../../src/ports/executor.ts'
import { timelineOf } from '../../src/simulation/timeline.ts'
import { laneOf, wave } from '../support/plan-builder.ts'

const minute = 60_000
const once: PlanRetry = { max_attempts: 1, delay_ms: 0, backoff: 1, max_delay_ms: 0, classes: [] }
const reads: Capabilities = {
  effect: 'none',
  idempotent: true,
  probe: false,
  dry_run: false,
  reversible: false,
  resumable: false,
}
const changes: Capabilities = { ...reads, effect: 'change', probe: true, dry_run: true }
const disrupts: Capabilities = { ...changes, effect: 'disruptive', idempotent: false, resumable: true }

type Given = Partial<PlanStepBase> & Pick<PlanStepBase, 'path' | 'number' | 'title'>

export function baseOf(given: Given): PlanStepBase {
  return {
    id: given.path.split('/').at(-1)!,
    targets: [],
    retry: once,
    on_failure: 'stop',
    on_unknown: 'ask',
    duration: { expected_ms: minute, worst_ms: 2 * minute },
    point_of_no_return: false,
    evidence: [],
    covers: [],
    bindings: {},
    ...given,
  }
}

export function actionOf(given: Given & Partial<PlanAction>): PlanAction {
  return {
    ...baseOf(given),
    form: 'action',
    action: 'ssh.run',
    capabilities: reads,
    with: {},
    previews: [],
    max_concurrency: 10,
    ...given,
  }
}

const nodeNames = ['core-1', 'dea-1', 'dea-2', 'dea-3', 'dea-4', 'data-1']

function nodeOf(name: string, index: number): PlanTarget {
  const role = name.split('-')[0]!
  return {
    name,
    kind: 'stackato_node',
    address: `192.168.20.${11 + index}`,
    roles:
      role === 'core'
        ? ['base', 'primary', 'controller', 'router']
        : role === 'dea'
          ? ['base', 'dea']
          : ['base', 'postgresql', 'filesystem'],
    version: '3.4.1',
    site: 'Zürich',
    time_zone: 'Europe/Zurich',
    system: 'cluster',
    connection: { user: 'stackato', port: 22 },
    attributes: { disk: '60 GB', rack: `R${1 + (index % 2)}` },
  }
}

/** The same command on several nodes, with each node's own address where asked for. */
export function previewsOf(
  names: readonly string[],
  text: (name: string) => string,
  args: JsonObject = {},
): PlanPreview[] {
  return names.map((target) => ({ target, with: args, text: text(target) }))
}

const targets = Object.fromEntries(nodeNames.map((name, index) => [name, nodeOf(name, index)]))
const addressOf = (name: string): string => targets[name]!.address!

const checkDisk = actionOf({
  path: 'prepare/disk',
  number: '1.1',
  title: 'At least 7 GB of free disk on every node',
  description: 'The upgrade unpacks the release beside the old one. **Less than 7 GB** and it stops half-way.',
  action: 'check.disk',
  targets: nodeNames,
  previews: previewsOf(nodeNames, () => 'df -P -k / | tail -1   # at least 7 GB free'),
  expected_result: '7 GB or more on each node',
  duration: { expected_ms: 8000, worst_ms: 30_000 },
  retry: { max_attempts: 3, delay_ms: 10_000, backoff: 2, max_delay_ms: minute, classes: ['unreachable', 'timeout'] },
  covers: ['STK-04'],
  role: 'operator',
})

const checkHosts = actionOf({
  path: 'prepare/hosts',
  number: '1.2',
  title: 'The download hosts can be reached',
  action: 'check.tcp',
  when: 'inputs.mirrors.size() > 0',
  previews: [
    { with: {}, text: 'connect to upgrade.example.com:443, docker.example.com:443 and images.example.com:443' },
  ],
  duration: { expected_ms: 5000, worst_ms: 20_000 },
  on_failure: 'ask',
  covers: ['STK-13'],
})

const tellUsers: PlanManual = {
  ...baseOf({
    path: 'prepare/tell_users',
    number: '1.3',
    title: 'Tell the users – Benutzer informieren, prévenir les équipes 📣',
    role: 'change_manager',
    duration: { expected_ms: 10 * minute, worst_ms: 30 * minute },
    evidence: [{ id: 'mail', title: 'Copy of the announcement', required: true }],
    covers: ['STK-33'],
    on_failure: 'ask',
    raci: {
      responsible: 'change_manager',
      accountable: 'owner',
      consulted: ['operator'],
      informed: ['users', 'service desk'],
    },
  }),
  form: 'manual',
  instructions: [
    'Send the announcement at least **two days** before:',
    '',
    '- the console is read-only during the window',
    '- browsers may have to be reloaded: `Ctrl+Shift+F5`',
    '   1. first in Zürich',
    '',
    'Keep the address list in `/srv/lists/users.txt`:',
    '',
    '```',
    'mail -s "Maintenance on Sunday" -b "$(cat /srv/lists/users.txt)" < announcement.txt',
    '```',
  ].join('\n'),
  fields: [
    { id: 'sent_at', title: 'Sent at', type: 'date_time', required: true },
    { id: 'channel', title: 'Channel', type: 'enum', required: false, options: ['mail', 'chat', 'both'] },
  ],
}

const baseline: PlanAcceptance = {
  ...baseOf({
    path: 'prepare/baseline',
    number: '1.4',
    title: 'Capture the baseline',
    duration: { expected_ms: 20_000, worst_ms: 2 * minute },
  }),
  form: 'acceptance',
  moment: 'baseline',
  criteria: ['processes', 'console'],
}

const skipped = actionOf({
  path: 'prepare/proxy',
  number: '1.5',
  title: 'Set the upstream proxy',
  action: 'file.copy',
  capabilities: changes,
  skip: 'no proxy is configured (inputs.proxy is empty)',
  duration: { expected_ms: 0, worst_ms: 0 },
  covers: ['STK-14'],
})

const exportData = actionOf({
  path: 'save/export',
  number: '2.1',
  title: 'Export all system and user data',
  action: 'stackato.data_export',
  capabilities: { ...changes, idempotent: true },
  targets: ['core-1'],
  previews: previewsOf(
    ['core-1'],
    () =>
      "bash -lc 'kato data export --cluster /srv/backup/cluster-before-3.6.1.tgz --include-upload-cache --exclude-service-instances=none && sha256sum /srv/backup/cluster-before-3.6.1.tgz | tee /srv/backup/cluster-before-3.6.1.tgz.sha256'",
  ),
  expected_result: 'an archive and its hash under /srv/backup',
  duration: { expected_ms: 18 * minute, worst_ms: 45 * minute },
  deadline_ms: 60 * minute,
  role: 'operator',
  evidence: [{ id: 'hash', title: 'Hash of the archive', required: true }],
  covers: ['STK-11'],
})

const maintenanceOn = actionOf({
  path: 'upgrade/maintenance_on',
  number: '3.2',
  title: 'Switch maintenance mode on',
  action: 'stackato.maintenance_mode',
  capabilities: { ...changes, effect: 'disruptive', idempotent: true, reversible: true },
  targets: ['core-1'],
  previews: previewsOf(['core-1'], () => "bash -lc 'kato config set cloud_controller_ng maintenance_mode true'"),
  impact: { kind: 'read_only', downtime_ms: 0, affects: 'API and console; running apps go on' },
  back_out: 'undo',
  covers: ['STK-09', 'STK-10'],
})

const go: PlanGate = {
  ...baseOf({
    path: 'upgrade/go',
    number: '3.1',
    title: 'Start the upgrade?',
    duration: { expected_ms: 5 * minute, worst_ms: 8 * 60 * minute },
  }),
  form: 'gate',
  gate: {
    type: 'go_no_go',
    roles: ['change_manager', 'owner'],
    min_approvals: 2,
    exclude_initiator: true,
    expires_after_ms: 8 * 60 * minute,
    on_expiry: 'no_go',
    prompt: 'Backup done, baseline captured, users told: go?',
  },
}

const stopStep = actionOf({
  path: 'upgrade/free_memory/stop_harbor',
  number: '3.3.1',
  title: 'Stop what is not needed to free memory',
  action: 'stackato.stop',
  capabilities: { ...changes, idempotent: true },
  targets: ['dea-1', 'dea-2', 'dea-3', 'dea-4'],
  previews: previewsOf(
    ['dea-1', 'dea-2', 'dea-3', 'dea-4'],
    (name) => `bash -lc 'kato stop --node ${addressOf(name)} harbor'`,
  ),
  back_out: [
    actionOf({
      path: 'upgrade/free_memory/stop_harbor/back_out/start',
      number: '3.3.1b1',
      title: 'Start harbor again',
      action: 'stackato.start',
      capabilities: { ...changes, idempotent: true },
      targets: ['dea-1', 'dea-2', 'dea-3', 'dea-4'],
      previews: previewsOf(['dea-1', 'dea-2', 'dea-3', 'dea-4'], () => "bash -lc 'kato start harbor'"),
    }),
  ],
  covers: ['STK-27'],
})

const memory = actionOf({
  path: 'upgrade/free_memory/memory',
  number: '3.3.2',
  title: 'At least 512 MB of free memory',
  action: 'check.memory',
  targets: nodeNames,
  previews: previewsOf(nodeNames, () => 'free -m'),
  covers: ['STK-26'],
})

const group: PlanGroup = {
  ...baseOf({
    path: 'upgrade/free_memory',
    number: '3.3',
    title: 'Make room',
    duration: { expected_ms: minute, worst_ms: 2 * minute },
  }),
  form: 'group',
  parallel: true,
  steps: [stopStep, memory],
}

const hopStep = (index: number, hop: string): PlanGroup => ({
  ...baseOf({
    path: `upgrade/hops[${index}]`,
    number: `3.4.${index + 1}`,
    title: `Download ${hop}`,
    duration: { expected_ms: 12 * minute, worst_ms: 40 * minute },
    bindings: { hop },
  }),
  form: 'group',
  parallel: false,
  steps: [
    actionOf({
      path: `upgrade/hops[${index}]/download`,
      number: `3.4.${index + 1}.1`,
      title: `Download ${hop} to the cache node`,
      action: 'stackato.node_upgrade',
      capabilities: { ...disrupts, effect: 'change' },
      targets: ['core-1'],
      previews: previewsOf(
        ['core-1'],
        () =>
          `bash -lc 'kato node upgrade --download-only --cache-ip 192.168.20.11 --version ${hop} --skip-confirmation'`,
      ),
      duration: { expected_ms: 12 * minute, worst_ms: 40 * minute },
      retry: {
        max_attempts: 2,
        delay_ms: 5000,
        backoff: 1,
        max_delay_ms: 5000,
        classes: ['unreachable', 'process'],
        when: 'target.version != ""',
      },
      on_failure: 'ask',
      on_unknown: 'hold',
      bindings: { hop },
      covers: ['STK-36', 'STK-37'],
    }),
  ],
})

const hops: PlanGroup = {
  ...baseOf({
    path: 'upgrade/hops',
    number: '3.4',
    title: 'Fetch each release on the way',
    duration: { expected_ms: 24 * minute, worst_ms: 80 * minute },
  }),
  form: 'group',
  parallel: false,
  for_each: { variable: 'hop', items: ['3.6.0', '3.6.1'] },
  steps: [hopStep(0, '3.6.0'), hopStep(1, '3.6.1')],
}

const rollout: PlanRollout = {
  ...baseOf({
    path: 'upgrade/nodes',
    number: '3.5',
    title: 'Upgrade the nodes, the core last',
    targets: ['dea-1', 'dea-2', 'dea-3', 'dea-4', 'data-1', 'core-1'],
    duration: { expected_ms: 90 * minute, worst_ms: 180 * minute },
    point_of_no_return: true,
    impact: { kind: 'degraded', downtime_ms: 4 * minute, affects: 'apps with one instance' },
    covers: ['STK-40', 'STK-53'],
    on_failure: 'ask',
    role: 'operator',
  }),
  form: 'rollout',
  component: 'nodes',
  to: '3.6.1',
  max_concurrency: 2,
  max_failures: 1,
  stage: [],
  preflight: [
    actionOf({
      path: 'upgrade/nodes/preflight/ready',
      number: '3.5.1',
      title: 'All processes of the node are ready',
      action: 'stackato.process_ready',
      targets: nodeNames,
      previews: previewsOf(nodeNames, (name) => `bash -lc 'kato process ready --node ${addressOf(name)} all'`),
    }),
  ],
  each: [
    actionOf({
      path: 'upgrade/nodes/each/upgrade',
      number: '3.5.2',
      title: 'Upgrade one node from the cache',
      action: 'stackato.node_upgrade',
      capabilities: disrupts,
      targets: nodeNames,
      previews: previewsOf(
        nodeNames,
        (name) => `bash -lc 'kato node upgrade --node ${addressOf(name)} --cache-ip 192.168.20.11 --skip-confirmation'`,
      ),
      on_unknown: 'ask',
      duration: { expected_ms: 25 * minute, worst_ms: 55 * minute },
    }),
  ],
  health: {
    checks: [
      actionOf({
        path: 'upgrade/nodes/health/ready',
        number: '3.5.3',
        title: 'Ready without a break',
        action: 'stackato.process_ready',
        targets: nodeNames,
        previews: previewsOf(nodeNames, () => "bash -lc 'kato process ready all'"),
      }),
    ],
    interval_ms: 30_000,
    min_healthy_time_ms: 5 * minute,
    failures_allowed: 0,
    on_unknown: 'ask',
  },
  post_checks: [],
  target_deadline_ms: 60 * minute,
  target_retry: { max_attempts: 2, delay_ms: 0, backoff: 1, max_delay_ms: 0, classes: ['unreachable'], at: 'failure' },
  rollback: { mode: 'never', scope: 'target', steps: [] },
  unit: { one_at_a_time: true, skip_rest_when: ['failed', 'rolled_back', 'held'], fit_whole: false },
  domains_at_once: 1,
  in_flight: 'finish',
  lanes: [laneOf('all', [wave('all', ['dea-1', 'dea-2', 'dea-3', 'dea-4', 'data-1', 'core-1'])])],
  gates: [],
  failure_rules: [
    { class: 'unreachable', do: 'retry', then: 'continue' },
    { class: 'unhealthy', do: 'hold', then: 'ask' },
    { do: 'fail', then: 'stop_rollout' },
  ],
}

const maintenanceOff = actionOf({
  path: 'close/maintenance_off',
  number: '5.1',
  title: 'Switch maintenance mode off',
  action: 'stackato.maintenance_mode',
  capabilities: { ...changes, idempotent: true },
  targets: ['core-1'],
  previews: previewsOf(['core-1'], () => "bash -lc 'kato config set cloud_controller_ng maintenance_mode false'"),
  cleanup_of: 'upgrade/maintenance_on',
  covers: ['STK-66'],
})

const final: PlanAcceptance = {
  ...baseOf({
    path: 'accept/final',
    number: '4.1',
    title: 'Verify the criteria against the baseline',
    duration: { expected_ms: 40_000, worst_ms: 5 * minute },
    on_failure: 'ask',
  }),
  form: 'acceptance',
  moment: 'final',
  criteria: ['processes', 'console', 'browser'],
}

const bare: Plan = {
  rollbook: 'plan/v1',
  runbook: {
    name: 'helion-stackato',
    title: 'Helion Stackato 3.4.1 → 3.6.1, cluster Zürich',
    version: '1.2.0',
    description: 'Upgrades the six nodes of the Zürich cluster **in place**, data first, core last.',
    owner: 'Plattform-Team Zürich',
    file: 'runbooks/helion-stackato.yaml',
    hash: `sha256:${'3f'.repeat(32)}`,
  },
  change: {
    type: 'normal',
    justification: 'Version 3.4.1 gets no security fixes any more.',
    risk_and_impact:
      'The console is read-only for about two hours.\n\n- apps with **one** instance are away for some minutes\n- data services restart once',
  },
  requirements: [
    { id: 'STK-04', text: 'At least 7 GB free disk on every node.', source: 'vendor guide', covered_by: ['1.1'] },
    {
      id: 'STK-09',
      text: 'Switch maintenance mode on before the upgrade.',
      source: 'vendor guide',
      covered_by: ['3.2'],
    },
    { id: 'STK-11', text: 'Back up all system and user data.', covered_by: ['2.1', 'processes'] },
    {
      id: 'STK-24',
      text: 'More nodes than the licence allows only during the upgrade.',
      source: 'vendor guide',
      covered_by: ['licence'],
    },
    {
      id: 'STK-49',
      text: 'Forced only on the vendor’s word.',
      note: 'This runbook | never forces.',
      covered_by: [],
    },
    { id: 'STK-70', text: 'Apps with broken https_proxy support may fail.', covered_by: [] },
  ],
  inputs: {
    release: { title: 'Release to install', type: 'version', value: '3.6.1', source: 'set' },
    mirrors: {
      title: 'Download hosts',
      type: 'list',
      value: ['upgrade.example.com', 'docker.example.com'],
      source: 'values',
    },
    sudo_password: {
      title: 'Password for sudo',
      type: 'secret',
      value: { $secret: 'sudo_password' },
      source: 'environment',
    },
    proxy: { title: 'Upstream proxy', type: 'string', value: '', source: 'default' },
  },
  roles: {
    operator: { title: 'Operator', description: 'Leads the night' },
    change_manager: { title: 'Change manager' },
    owner: { title: 'Service owner' },
  },
  targets,
  systems: {
    cluster: {
      name: 'cluster',
      kind: 'stackato',
      address: 'api.stackato.example.com',
      settings: { core: 'core-1', token: { $secret: 'token' } },
    },
  },
  components: [
    { id: 'data', title: 'Data services', targets: ['data-1'], after: [] },
    {
      id: 'nodes',
      title: 'Nodes',
      targets: ['dea-1', 'dea-2', 'dea-3', 'dea-4', 'data-1', 'core-1'],
      after: ['data'],
      impact: { kind: 'degraded', downtime_ms: 4 * minute, affects: 'apps with one instance' },
    },
  ],
  rules: [
    {
      id: 'licence',
      title: 'No more nodes than the licence allows',
      check: 'targets.size() <= 20',
      covers: ['STK-24'],
    },
  ],
  acceptance_criteria: [
    {
      id: 'processes',
      title: 'Every process runs on every node',
      severity: 'must',
      baseline: true,
      covers: ['STK-11'],
      targets: nodeNames,
      check: {
        kind: 'action',
        action: 'stackato.process_ready',
        capabilities: reads,
        with: {},
        pass_when: 'outputs.ready || outputs.count == baseline.count',
        previews: previewsOf(nodeNames, () => "bash -lc 'kato process ready all'"),
      },
    },
    {
      id: 'console',
      title: 'The console answers',
      severity: 'must',
      baseline: true,
      covers: [],
      targets: [],
      check: {
        kind: 'action',
        action: 'check.http',
        capabilities: reads,
        with: {},
        previews: [{ with: {}, text: 'GET https://api.stackato.example.com/info expects 200' }],
      },
    },
    {
      id: 'browser',
      title: 'A person logs in to the console',
      severity: 'should',
      baseline: false,
      covers: [],
      targets: [],
      check: { kind: 'manual', instructions: 'Log in, open an app, reload with Ctrl+Shift+F5.', role: 'owner' },
    },
  ],
  phases: [
    {
      id: 'prepare',
      number: '1',
      kind: 'preparation',
      title: 'Preparation',
      description: 'Nothing changes here.',
      raci: { responsible: 'operator', accountable: 'change_manager' },
      steps: [checkDisk, checkHosts, tellUsers, baseline, skipped],
    },
    { id: 'save', number: '2', kind: 'backup', title: 'Backup', steps: [exportData] },
    { id: 'upgrade', number: '3', kind: 'upgrade', title: 'Upgrade', steps: [go, maintenanceOn, group, hops, rollout] },
    { id: 'accept', number: '4', kind: 'acceptance', title: 'Acceptance', steps: [final] },
    { id: 'close', number: '5', kind: 'closing', title: 'Closing', steps: [maintenanceOff] },
  ],
  totals: {
    phases: 5,
    steps: 15,
    targets: 6,
    manual_steps: 1,
    gates: 1,
    changes: 7,
    point_of_no_return: '3.5',
  },
  digest: `sha256:${'a7'.repeat(32)}`,
}

/** With the timeline that the simulator makes of it; no action is known there, so that what the plan says counts. */
export const fixturePlan: Plan = { ...bare, timeline: timelineOf(bare, { findAction: () => undefined }) }
