import { describe, expect, it } from 'vitest'
import { playPlan } from '../../src/app/plan-timeline.ts'
import type { Plan, PlanAction, PlanGroup, PlanRollout } from '../../src/plan/model.ts'
import { stepMs } from '../../src/plan/timeline.ts'
import { compileText, phase, planOf, stepAt, stepsOf, testActions } from './compile-text.ts'

const minute = 60_000

/** How long a step takes as the simulator plays it: as expected, and at worst. */
function minutesOf(plan: Plan, path: string): readonly [number, number] {
  const timed = { ...plan, timeline: playPlan(plan, testActions) }
  return [stepMs(timed, path, 'expected')! / minute, stepMs(timed, path, 'worst')! / minute]
}

describe('places', () => {
  it.each([
    ['control', '', []],
    ['a component', 'on: nodes', ['core', 'dea-1', 'dea-2', 'router']],
    ['an expression', `on: '"dea" in target.roles'`, ['dea-1', 'dea-2']],
    ['names, in their order', 'on: [router, core]', ['router', 'core']],
    ['one name', 'on: router', ['router']],
    ['an input', 'on: "${{ inputs.node }}"', ['dea-1']],
  ])('%s', (_, on, targets) => {
    const text = `inputs: {node: {type: target, default: dea-1}}\ncomponents: {nodes: {select: target.kind == "node"}}\n${phase(`- {id: s, title: S, action: t.look, ${on}}`)}`
    expect(stepAt(planOf(compileText(text)), 'p/s').targets).toEqual(targets)
  })

  it('without a target leave the step out instead of running it on control', () => {
    const compiled = compileText(phase('- {id: s, title: S, action: t.look, on: target.kind == "gone"}'))
    expect(stepAt(planOf(compiled), 'p/s')).toMatchObject({
      targets: [],
      skip: 'no target is selected',
      duration: { expected_ms: 0 },
    })
    expect(compiled.diagnostics).toEqual([expect.objectContaining({ code: 'PLAN_NO_TARGETS', severity: 'warning' })])
  })
})

describe('findings', () => {
  it.each<readonly [string, string, string]>([
    ['on: corr', 'PLAN_TARGET_UNKNOWN', 'there is no component and no target "corr"'],
    ['on: [core, nobody]', 'PLAN_TARGET_UNKNOWN', 'there is no component and no target "nobody"'],
    ['on: target.version > 3', 'PLAN_EXPRESSION', 'these types do not go together: string > int'],
    ['on: target.rolez == 1', 'PLAN_EXPRESSION', 'there is no member "rolez"'],
    ['with: {x: "${{ inputs.gone }}"}', 'PLAN_EXPRESSION', 'there is no member "gone"'],
    ['with: {refuse: true}', 'PLAN_ARGUMENTS', '"t.look" refuses its arguments: it says no'],
    ['back_out: undo', 'PLAN_UNDO', '"t.look" has no inverse of its own'],
    ['deadline: "${{ 5 }}"', 'PLAN_VALUE', '5 is no duration'],
    ['max_concurrency: "${{ -1 }}", on: core', 'PLAN_VALUE', '-1 is no count'],
    ['cleanup: {after: nowhere, action: t.look}', 'PLAN_CLEANUP', 'the cleanup names no later step: "nowhere"'],
    ['cleanup: {after: s, action: t.look}', 'PLAN_CLEANUP', 'the cleanup names no later step: "s"'],
  ])('%s is %s', (keys, code, message) => {
    const { plan, diagnostics } = compileText(phase(`- {id: s, title: S, action: t.look, ${keys}}`))
    expect(plan).toBeUndefined()
    expect(diagnostics).toEqual([expect.objectContaining({ code, message, severity: 'error' })])
    expect(diagnostics[0]!.range.start.line).toBe(10)
  })

  it.each([
    ['{id: s, title: S, action: t.lok}', 'PLAN_ACTION_UNKNOWN', 'Did you mean "t.look"?'],
    ['{id: s, title: S, action: t.fixed}', 'PLAN_ACTION_PLACE', 'Say which with `on`.'],
    ['{id: s, title: S, action: t.call, on: core}', 'PLAN_ACTION_PLACE', 'Leave `on` out.'],
    [
      '{id: s, title: S, for_each: {x: "${{ 5 }}"}, steps: [{id: i, title: I, action: t.look}]}',
      'PLAN_VALUE',
      undefined,
    ],
    [
      `{id: s, title: S, for_each: {x: [${'1,'.repeat(1001)}]}, steps: [{id: i, title: I, action: t.look}]}`,
      'PLAN_TOO_LARGE',
      undefined,
    ],
    [
      '{id: s, title: S, rollout: {component: gone, to: "2", each: [{id: e, action: t.look}]}}',
      'PLAN_TARGET_UNKNOWN',
      undefined,
    ],
  ])('%s is %s', (step, code, hint) => {
    const { diagnostics } = compileText(phase(`- ${step}`))
    expect(diagnostics.map((diagnostic) => [diagnostic.code, diagnostic.hint])).toEqual([[code, hint]])
  })

  it('in components', () => {
    const text = `components:\n  a: {select: "true", after: [b]}\n  b: {select: "true", after: [a]}\n${phase('- {id: s, title: S, action: t.look}')}`
    expect(compileText(text).diagnostics).toEqual([
      expect.objectContaining({ code: 'PLAN_COMPONENT_CYCLE', message: 'components wait for each other: a > b > a' }),
    ])
  })

  it('point into the expression', () => {
    const { diagnostics } = compileText(phase('- {id: s, title: S, action: t.look, with: {x: "a ${{ inputs.gone }}"}}'))
    const line = '      - {id: s, title: S, action: t.look, with: {x: "a ${{ inputs.gone }}"}}'
    expect(diagnostics[0]!.range.start.column).toBe(line.indexOf('gone') + 1)
  })

  it('are told once, not per target', () => {
    expect(
      compileText(
        phase('- {id: s, title: S, action: t.look, on: target.kind == "node", with: {x: "${{ inputs.gone }}"}}'),
      ).diagnostics,
    ).toHaveLength(1)
  })
})

describe('steps', () => {
  it('have numbers, paths, roles and RACI from around them', () => {
    const plan = planOf(
      compileText(`roles: {operator: {title: Operator}, boss: {title: Boss}}
phases:
  - id: a
    kind: preparation
    title: A
    raci: {responsible: [operator]}
    steps:
      - {id: one, title: One, action: t.look}
      - id: group
        title: Group
        role: boss
        raci: {responsible: [boss]}
        steps:
          - {id: in, title: In, action: t.look}
  - id: b
    kind: upgrade
    title: B
    steps:
      - {id: gate, title: Go, gate: {type: go_no_go, roles: [boss], expires_after: 1d}}
`),
    )
    expect(stepsOf(plan).map(({ path, number, role, raci }) => [path, number, role, raci])).toEqual([
      ['a/one', '1.1', 'operator', { responsible: ['operator'] }],
      ['a/group', '1.2', 'boss', { responsible: ['boss'] }],
      ['a/group/in', '1.2.1', 'boss', { responsible: ['boss'] }],
      ['b/gate', '2.1', 'operator', undefined],
    ])
    expect(stepAt(plan, 'b/gate')).toMatchObject({
      gate: { min_approvals: 1, exclude_initiator: false, expires_after_ms: 24 * 60 * minute, on_expiry: 'no_go' },
    })
  })

  it('that are known to be left out say why', () => {
    const plan = planOf(
      compileText(
        `inputs: {proxy: {type: boolean, default: false}}\n${phase(`- {id: a, title: A, action: t.look, when: inputs.proxy}
- {id: b, title: B, action: t.look, when: steps.a.outcome == "succeeded"}
- {id: c, title: C, action: t.look, on: target.kind == "node", when: target.site == "b"}
- {id: d, title: D, action: t.look, on: target.kind == "node", when: target.site == "z"}`)}`,
      ),
    )
    expect(stepsOf(plan).map((step) => step.skip)).toEqual([
      'the condition inputs.proxy does not hold',
      undefined,
      undefined,
      'the condition target.site == "z" does not hold',
    ])
  })

  it('name only the targets that a condition lets through', () => {
    const plan = planOf(
      compileText(phase('- {id: c, title: C, action: t.look, on: target.kind == "node", when: target.name != "core"}')),
    )
    const step = stepAt(plan, 'p/c') as PlanAction
    expect(step.targets.length).toBeGreaterThan(0)
    expect(step.targets).not.toContain('core')
    expect(step.previews.map((preview) => preview.target)).toEqual(step.targets)
  })

  it('show their arguments per target, with what only the run knows left open', () => {
    const step = stepAt(
      planOf(
        compileText(
          `inputs: {release: {type: version, default: "2.0"}, token: {type: secret, from: {env: T}}}\n${phase(
            '- {id: s, title: "To ${{ inputs.release }}", action: t.look, on: [core, router], with: {v: "${{ inputs.release }}", on: "${{ target.name }}", old: "${{ steps.x.outputs.y }}", api: "${{ systems.cluster.address }}/v2", key: "Bearer ${{ inputs.token }}"}}',
          )}`,
        ),
      ),
      'p/s',
    ) as PlanAction
    expect(step.title).toBe('To 2.0')
    expect(step.previews.map((preview) => [preview.target, preview.with])).toEqual(
      ['core', 'router'].map((name) => [
        name,
        {
          v: '2.0',
          on: name,
          old: '${{ steps.x.outputs.y }}',
          api: 'https://lab.example.com/v2',
          key: { $secret_text: ['Bearer ', { $secret: 'token' }] },
        },
      ]),
    )
    expect(step.with['v']).toBe('${{ inputs.release }}')
  })

  it('repeat with for_each, and bind the variable', () => {
    const plan = planOf(
      compileText(
        phase(`- id: hops
  title: Hop
  for_each: {hop: '\${{ ["1.5", "2.0"] }}'}
  steps:
    - {id: go, title: "Go to \${{ hop }}", action: t.change, on: [core], with: {to: "\${{ hop }}"}}`),
      ),
    )
    expect(stepsOf(plan).map(({ path, number, title, bindings }) => [path, number, title, bindings])).toEqual([
      ['p/hops', '1.1', 'Hop', {}],
      ['p/hops[0]', '1.1.1', 'Hop: 1.5', { hop: '1.5' }],
      ['p/hops[0]/go', '1.1.1.1', 'Go to 1.5', { hop: '1.5' }],
      ['p/hops[1]', '1.1.2', 'Hop: 2.0', { hop: '2.0' }],
      ['p/hops[1]/go', '1.1.2.1', 'Go to 2.0', { hop: '2.0' }],
    ])
    expect((stepAt(plan, 'p/hops') as PlanGroup).for_each).toEqual({ variable: 'hop', items: ['1.5', '2.0'] })
  })

  it('wait for siblings in a parallel group', () => {
    const plan = planOf(
      compileText(
        phase(`- id: g
  title: G
  parallel: true
  steps:
    - {id: a, title: A, action: t.look, duration: {expected: 5m}}
    - {id: b, title: B, action: t.look, duration: {expected: 2m}}
    - {id: c, title: C, action: t.look, duration: {expected: 4m}, after: [b]}`),
      ),
    )
    expect(stepAt(plan, 'p/g/c').after).toEqual(['p/g/b'])
    expect(minutesOf(plan, 'p/g')).toEqual([6, 12])
  })
})

describe('cleanups and back-outs', () => {
  const text = phase(`- id: on
  title: Maintenance on
  action: t.change
  on: [core]
  back_out: undo
  cleanup: {after: work, action: t.look, with: {enabled: false}}
- id: second
  title: Second
  action: t.change
  back_out:
    - {id: restore, title: Restore, action: t.change}
    - {id: verify, title: Verify, action: t.look}
  cleanup: {after: work, action: t.look, title: Put back, on: [router]}
- {id: work, title: Work, action: t.change, point_of_no_return: true}
- {id: last, title: Last, action: t.look}`)

  it('stand behind the step that they name, the later effect first', () => {
    expect(
      stepsOf(planOf(compileText(text))).map(({ path, number, title, cleanup_of, targets }) => [
        path,
        number,
        title,
        cleanup_of,
        targets,
      ]),
    ).toEqual([
      ['p/on', '1.1', 'Maintenance on', undefined, ['core']],
      ['p/second', '1.2', 'Second', undefined, []],
      ['p/work', '1.3', 'Work', undefined, []],
      ['p/second/cleanup', '1.2c', 'Put back', 'p/second', ['router']],
      ['p/on/cleanup', '1.1c', 'Clean up: Maintenance on', 'p/on', ['core']],
      ['p/last', '1.4', 'Last', undefined, []],
    ])
  })

  it('keep the inverse steps with numbers and paths of their own', () => {
    const step = stepAt(planOf(compileText(text)), 'p/second')
    expect((step.back_out as readonly PlanAction[]).map(({ path, number }) => [path, number])).toEqual([
      ['p/second/back_out/restore', '1.2b1'],
      ['p/second/back_out/verify', '1.2b2'],
    ])
  })

  it('count towards the totals', () => {
    expect(planOf(compileText(text)).totals).toEqual({
      phases: 1,
      steps: 6,
      targets: 5,
      manual_steps: 0,
      gates: 0,
      changes: 3,
      point_of_no_return: '1.3',
    })
  })

  it('are part of the way back: a cleanup that is owed takes the place of the inverse', () => {
    const { expected, back_out } = playPlan(planOf(compileText(text)), testActions)
    expect(expected).toEqual({ outcome: 'succeeded', ms: (10 + 10 + 10 + 1 + 1 + 1) * minute })
    expect(back_out).toEqual({
      after: 'p/second',
      ms: 2 * minute,
      steps: [
        { path: 'p/second', ms: minute },
        { path: 'p/on', ms: minute },
      ],
    })
  })

  it('stay inside of their repetition', () => {
    const plan = planOf(
      compileText(
        phase(`- id: loop
  title: Loop
  for_each: {n: [1, 2]}
  steps:
    - {id: on, title: On, action: t.change, cleanup: {after: work, action: t.look}}
    - {id: work, title: Work, action: t.change}`),
      ),
    )
    expect(stepsOf(plan).map(({ path }) => path)).toEqual([
      'p/loop',
      'p/loop[0]',
      'p/loop[0]/on',
      'p/loop[0]/work',
      'p/loop[0]/on/cleanup',
      'p/loop[1]',
      'p/loop[1]/on',
      'p/loop[1]/work',
      'p/loop[1]/on/cleanup',
    ])
  })
})

describe('durations', () => {
  it.each<readonly [string, number, number]>([
    ['', 10, 20],
    ['duration: {expected: 3m}', 3, 6],
    ['duration: {expected: 3m, worst: 30m}', 3, 30],
    ['duration: {expected: 3m}, deadline: 7m', 3, 7],
    ['deadline: 5m', 5, 5],
    ['on: [core, router]', 20, 40],
    ['on: [core, router, dea-1], max_concurrency: 2', 20, 40],
    ['retry: {max_attempts: 3, delay: 1m, backoff: 2}', 10, 63],
    ['retry: {max_attempts: 4, delay: 1m, backoff: 10, max_delay: 2m}', 10, 85],
  ])('%s', (keys, expected, worst) => {
    const plan = planOf(compileText(phase(`- {id: s, title: S, action: t.change, ${keys}}`)))
    expect(minutesOf(plan, 'p/s')).toEqual([expected, worst])
  })

  it('reading actions run on all targets at once, changes one by one', () => {
    const plan = planOf(
      compileText(
        phase(
          '- {id: a, title: A, action: t.look, on: target.kind == "node"}\n- {id: b, title: B, action: t.change, on: target.kind == "node"}',
        ),
      ),
    )
    expect(stepsOf(plan).map((step) => (step as PlanAction).max_concurrency)).toEqual([4, 1])
    expect(stepsOf(plan).map((step) => step.duration.expected_ms)).toEqual([minute, 10 * minute])
    expect(stepsOf(plan).map((step) => minutesOf(plan, step.path)[0])).toEqual([1, 40])
  })
})

describe('rollouts', () => {
  const rollout = (keys: string) =>
    stepAt(
      planOf(
        compileText(
          `components: {nodes: {select: target.kind == "node", impact: {kind: degraded, downtime: 1m}}}\n${phase(`- id: r
  title: R
  rollout:
    component: nodes
    to: "2.0"
    each: [{id: install, action: t.fixed, with: {v: "\${{ target.version }}"}}]
${keys.replace(/^/gm, '    ')}`)}`,
        ),
      ),
      'p/r',
    ) as PlanRollout

  it('leave out who has the version, and keep the order of the inventory', () => {
    expect(rollout('')).toMatchObject({
      targets: ['core', 'dea-1', 'router'],
      up_to_date: ['dea-2'],
      max_concurrency: 1,
      max_failures: 0,
      impact: { kind: 'degraded', downtime_ms: minute },
    })
  })

  it.each([
    ['order: {by: target.roles, sequence: [dea, controller, router]}', ['dea-1', 'core', 'router']],
    [
      'order: {by: target.roles, sequence: [dea, controller, router], always_last: primary}',
      ['dea-1', 'router', 'core'],
    ],
    ['order: {by: target.roles, sequence: [router]}', ['router', 'core', 'dea-1']],
    ['order: {by: target.roles, sequence: [router], unmatched: first}', ['core', 'dea-1', 'router']],
    ['order: {by: target.site, sequence: [b, a]}', ['router', 'core', 'dea-1']],
    [
      "order: {by: target.roles, sequence: [\"${{ ['router', 'dea'] }}\", dea], always_last: primary}",
      ['router', 'dea-1', 'core'],
    ],
  ])('%s', (order, targets) => {
    expect(rollout(order).targets).toEqual(targets)
  })

  it('number what is done to each target', () => {
    const planned = rollout(`preflight: [{id: ok, action: t.look}]
health: {checks: [{action: t.look}], min_healthy_time: 5m}
rollback: {mode: auto, steps: [{id: back, action: t.fixed}]}
retry: {max_attempts: 2, delay: 1m}
deadline: 20m
max_concurrency: 50%
max_failures: 50%
on_failure: [{class: unhealthy, do: rollback, then: stop_rollout}, {do: retry}]`)
    expect(
      [...planned.preflight, ...planned.each, ...planned.health!.checks, ...planned.rollback.steps].map(
        ({ path, number }) => [path, number],
      ),
    ).toEqual([
      ['p/r/preflight/ok', '1.1.1'],
      ['p/r/each/install', '1.1.2'],
      ['p/r/health/t_look', '1.1.3'],
      ['p/r/rollback/back', '1.1.4'],
    ])
    expect(planned).toMatchObject({ max_concurrency: 1, max_failures: 1, target_deadline_ms: 20 * minute })
    expect(planned.failure_rules).toEqual([
      { class: 'unhealthy', do: 'rollback', then: 'stop_rollout' },
      { do: 'retry', then: 'continue' },
    ])
    expect(planned.each[0]!.previews.map(({ target, with: args }) => [target, args['v']])).toEqual([
      ['core', '1.0'],
      ['dea-1', '1.0'],
      ['router', '1.0'],
    ])
  })

  it('refuse a target without a place when told so', () => {
    const text = `components: {nodes: {select: target.kind == "node"}}\n${phase('- {id: r, title: R, rollout: {component: nodes, to: "2", each: [{id: e, action: t.look}], order: {by: target.roles, sequence: [dea, router], unmatched: error}}}')}`
    expect(compileText(text).diagnostics).toEqual([
      expect.objectContaining({
        code: 'PLAN_ORDER',
        message: 'the target "core" holds none of dea, router; it has primary, controller',
      }),
    ])
  })

  it('have nothing to do when everybody has the version', () => {
    const text = `components: {one: {select: target.name == "dea-2"}}\n${phase('- {id: r, title: R, rollout: {component: one, to: "2", each: [{id: e, action: t.look}]}}')}`
    expect(stepAt(planOf(compileText(text)), 'p/r').skip).toBe('every target has version 2 already')
  })
})

describe('requirements and criteria', () => {
  it('are traced to steps, criteria and rules', () => {
    const plan = planOf(
      compileText(`requirements:
  - {id: R1, text: One}
  - {id: R2, text: Two}
  - {id: R3, text: Three, note: Only to know}
  - {id: R4, text: Four}
rules: [{id: calm, title: Calm, check: "true", covers: [R2]}]
acceptance_criteria:
  - {id: up, title: Up, action: t.look, on: target.kind == "node", baseline: true, covers: [R1]}
  - {id: eye, title: Eye, manual: Look}
${phase(`- {id: a, title: A, action: t.change, covers: [R1], back_out: [{id: b, title: B, action: t.look, covers: [R4]}]}
- {id: before, title: Before, acceptance: baseline}
- {id: after, title: After, acceptance: final}`)}`),
    )
    expect(plan.requirements.map(({ id, covered_by, note }) => [id, covered_by, note])).toEqual([
      ['R1', ['1.1', 'up'], undefined],
      ['R2', ['calm'], undefined],
      ['R3', [], 'Only to know'],
      ['R4', ['1.1b1'], undefined],
    ])
    expect(stepAt(plan, 'p/before')).toMatchObject({ criteria: ['up'] })
    expect(stepAt(plan, 'p/after')).toMatchObject({ criteria: ['up', 'eye'] })
    expect([minutesOf(plan, 'p/before')[0], minutesOf(plan, 'p/after')[0]]).toEqual([1, 5])
  })
})
