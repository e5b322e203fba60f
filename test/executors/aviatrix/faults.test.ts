import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { faultDefinitions } from '../../../src/executors/aviatrix/emulator/index.ts'
import { startLab } from './aviatrix-lab.ts'

const folder = import.meta.dirname
const tests = readdirSync(folder)
  .filter((name) => name.endsWith('.test.ts') && name !== 'faults.test.ts')
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n')
const page = readFileSync('docs/reference/emulator-aviatrix.md', 'utf8')

describe.each(faultDefinitions.map((fault) => [fault.name, fault] as const))('%s', (name, fault) => {
  it('is struck by a test', () => {
    expect(tests).toMatch(new RegExp(`['\`](?:AVX-\\d+ )?${name}['\`:]`))
  })

  it('stands in the reference as it is', () => {
    expect(page).toContain(`| \`${name}${fault.parameters}\` | ${fault.when} | ${fault.what} |`)
  })
})

it('faults are injected and cleared while the controller runs, by text or by name', async () => {
  const lab = await startLab()
  lab.emulator.inject('gateway-down:spoke-use1-1')
  lab.emulator.inject('gateway-down:vpn-use1-1:1m..2m')
  lab.emulator.clear('gateway-down:spoke-use1-1')
  expect(lab.emulator.state().faults).toEqual(['gateway-down:vpn-use1-1:1m..2m'])
  lab.emulator.clear('gateway-down')
  expect(lab.emulator.state().faults).toEqual([])
  expect(() => lab.emulator.inject('gateway-down:nowhere')).toThrow('names no gateway of the network')
})
