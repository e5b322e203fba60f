import { expect, test } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'

test('explains a code with an example of the mistake and of its cure', async () => {
  const io = captureIo()
  expect(await runCli(['explain', 'KEY_UNKNOWN'], io)).toBe(0)
  expect(io.out()).toMatch(/^# KEY_UNKNOWN: Unknown key\n/)
  expect(io.out()).toContain('dedline: 5m')
  expect(io.out()).toContain('deadline: 5m')
})

test('lists all topics by area, and explains every one of them', async () => {
  const list = captureIo()
  expect(await runCli(['explain'], list)).toBe(0)
  const lines = list.out().trimEnd().split('\n')
  expect(lines.filter((line) => /^\S/.test(line))).toEqual([
    'YAML',
    'Keys and values',
    'Expressions',
    'Meaning of a runbook',
    'Rollouts',
    'Releases of a catalog',
    'Command line',
    'Files and inputs',
    'Executors from elsewhere',
    'Inventory',
    'Windows and freezes',
    'Plan',
    'Simulation',
    'Documents',
    'Runs',
    'Answers',
    'Secrets',
    'Record of a run',
    'Emulators',
    'Actions',
  ])
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}RUN_LOCKED +The run is being carried out$/))
  const topics = lines.flatMap((line) => /^ {2}(\S+) {2,}\S/.exec(line)?.[1] ?? [])
  expect(topics).toContain('INVENTORY_VALUE')
  expect(topics).toContain('check.disk')
  for (const topic of topics) {
    const io = captureIo()
    expect(await runCli(['explain', topic], io), topic).toBe(0)
    expect(io.out(), topic).toMatch(/^# \S+: .+\n\n.{20,}/s)
  }
})

test('explains an error with its cause, its cure and what the terminal shows', async () => {
  const io = captureIo()
  expect(await runCli(['explain', 'run_exists'], io)).toBe(0)
  expect(io.out()).toMatch(
    /^# RUN_EXISTS: .+\n\n.+\n\n\*\*Why:\*\* .+\n\n\*\*What to do:\*\* .+\n\n```text\n\$ rollbook run /,
  )
  expect(io.out()).toContain('[RUN_EXISTS]')
})

test('reads well on a terminal', async () => {
  const io = captureIo({ isTTY: true, columns: 60 })
  expect(await runCli(['explain', 'duration_invalid'], io)).toBe(0)
  expect(io.out()).not.toMatch(/```|^#/m)
  expect(io.out()).toContain('DURATION_INVALID: Not a duration')
  for (const line of io.out().split('\n')) expect(line.length).toBeLessThanOrEqual(60)
})

test('an unknown topic is wrong use, and what was meant is told', async () => {
  const io = captureIo()
  expect(await runCli(['explain', 'KEY_UNKNOWM'], io)).toBe(2)
  expect(io.err()).toContain('KEY_UNKNOWN')
})

test('the name of an executor leads to its actions', async () => {
  const io = captureIo()
  expect(await runCli(['explain', 'wait'], io)).toBe(2)
  expect(io.err()).toBe(
    'rollbook: "wait" is an executor; what can be explained are its actions [TOPIC_UNKNOWN]\n  They are wait.for, wait.until.\n',
  )
})
