import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'

test('prints the schema that is shipped, by kind or by name', async () => {
  for (const kind of ['runbook', 'runbook/v1']) {
    const io = captureIo()
    expect(await runCli(['schema', kind], io)).toBe(0)
    expect(JSON.parse(io.out())).toEqual(JSON.parse(readFileSync('schemas/runbook.v1.schema.json', 'utf8')))
  }
})

test('lists the kinds', async () => {
  const io = captureIo()
  expect(await runCli(['schema'], io)).toBe(0)
  expect(io.out().split('\n')).toContain('runbook/v1')
})

test('another kind is wrong use', async () => {
  const io = captureIo()
  expect(await runCli(['schema', 'runbok'], io)).toBe(2)
  expect(io.err()).toContain('Did you mean "runbook/v1"?')
})
