/** A runbook of so many lines, as people write them: texts, conditions on steps before, back-outs. */
export function largeRunbook(lines: number): string {
  const out = [
    '# yaml-language-server: $schema=./runbook.v1.schema.json',
    'rollbook: runbook/v1',
    'name: large',
    'title: A large one',
    'version: 1.0.0',
    'inputs:',
    '  release: {type: version, title: Release, required: true}',
    '  wait: {type: duration, title: Wait, default: 5m}',
    'roles:',
    '  operator: {title: Operator}',
    'phases:',
  ]
  for (let step = 0, phase = 0; out.length < lines; phase += 1) {
    out.push(`  - id: phase_${phase}`, '    kind: upgrade', `    title: Phase ${phase}`, '    steps:')
    for (let count = 0; count < 12 && out.length < lines; count += 1) {
      step += 1
      out.push(
        `      - id: step_${step}`,
        `        title: Step ${step} of \${{ inputs.release }}`,
        '        description: |',
      )
      out.push(`          What happens in step ${step}.`, '          It is described in two lines.')
      if (step > 1) out.push(`        when: inputs.release != "" && steps.step_${step - 1}.outcome != "failed"`)
      out.push(...forms[step % 3]!(step))
    }
  }
  return `${out.join('\n')}\n`
}

const forms: readonly ((step: number) => readonly string[])[] = [
  (step) => [
    '        action: check.tcp',
    '        with:',
    `          host: "node-${step}.example.org"`,
    '          port: 443',
    '        deadline: 10m',
    '        retry: {max_attempts: 3, delay: 5s}',
    '        duration: {expected: 1m, worst: 5m}',
  ],
  (step) => [
    '        manual: |',
    '          Look at the dashboard.',
    '        role: operator',
    '        duration: {expected: 5m, worst: 15m}',
    '        back_out:',
    `          - {id: undo_${step}, title: Undo it, manual: Take it back, role: operator, duration: {expected: 1m, worst: 5m}}`,
  ],
  () => [
    '        action: wait.for',
    '        with:',
    '          duration: ${{ inputs.wait }}',
    '        deadline: 10m',
    '        duration: {expected: 5m, worst: 10m}',
  ],
]
