import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { faultDefinitions } from '../../../src/executors/cato/emulator/index.ts'
import { startLab } from './cato-lab.ts'

const folder = import.meta.dirname
const tests = readdirSync(folder)
  .filter((name) => name.endsWith('.test.ts') && name !== 'faults.test.ts')
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n')
const page = readFileSync('docs/reference/emulator-cato.md', 'utf8')

describe.each(faultDefinitions.map((fault) => [fault.name, fault] as const))('%s', (name, fault) => {
  it('is struck by a test', () => {
    expect(tests).toMatch(new RegExp(`'${name}[:']`))
  })

  it('stands in the reference as it is', () => {
    expect(page).toContain(`| \`${name}${fault.parameters}\` | ${fault.when} | ${fault.what} |`)
  })
})

it('faults are injected and cleared while the account runs, by text or by name', async () => {
  const lab = await startLab()
  lab.emulator.inject('degraded:site-001')
  lab.emulator.inject('degraded:site-003')
  lab.emulator.clear('degraded:site-001')
  expect(lab.emulator.state().faults).toEqual(['degraded:site-003'])
  lab.emulator.clear('degraded')
  expect(lab.emulator.state().faults).toEqual([])
  expect(() => lab.emulator.inject('degraded:nowhere')).toThrow('names no site of the fleet')
})
