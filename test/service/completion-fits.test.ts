/** What is offered can stand where it is offered. */
import { expect, test } from 'vitest'
import { labelsAt, sample } from './cursor-text.ts'

const withSecret = sample.replace('roles:\n', '  token: {type: secret, from: {env: TOKEN}}\nroles:\n')

test('examples of names are not offered as if something had that name', () => {
  const labels = labelsAt(sample.replace('on: nodes', 'on: ‸'))
  expect(labels).toEqual(expect.arrayContaining(['control', 'nodes']))
  expect(labels.filter((label) => /^(?:routers|gateways|sockets|maintenance)$/.test(label))).toEqual([])
  const rollout = sample.replace(
    'manual: Tell them\n        role: operator',
    'rollout:\n          component: nodes\n          window: ‸',
  )
  expect(labelsAt(rollout)).toEqual(['sunday'])
})

test('inputs are offered as arguments, and not in place of all arguments', () => {
  expect(labelsAt(sample.replace('with: {path: /, min_free: 7GB}', 'with:\n          path: ‸'))).toContain(
    '${{ inputs.release }}',
  )
  expect(labelsAt(sample.replace('with: {path: /, min_free: 7GB}', 'with: ‸'))).not.toContain('${{ inputs.release }}')
})

test('a secret is offered where an action takes one', () => {
  expect(labelsAt(withSecret.replace('path: /,', 'path: ‸,'))).not.toContain('${{ inputs.token }}')
  const command = withSecret.replace(
    'action: check.disk\n        with: {path: /, min_free: 7GB}',
    'action: check.command\n        with:\n          command: [uptime]\n          env:\n            TOKEN: ‸',
  )
  expect(labelsAt(command)).toContain('${{ inputs.token }}')
})
