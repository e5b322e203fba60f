/** A scenario that lies beside a runbook is for the inventory beside it: whoever tries both together sees a night. */
import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'

const runbooks = readdirSync('runbooks')
  .filter((name) => name.endsWith('.scenario.yaml'))
  .map((name) => name.replace('.scenario.yaml', ''))
  .filter((name) => existsSync(`runbooks/${name}.yaml`))

interface Simulated {
  readonly scenario: string
  readonly outcome: string
  readonly strikes: Readonly<Record<string, number>>
  readonly assumptions: readonly string[]
}

describe('a shipped scenario and the inventory beside it', () => {
  test('are there for every system that has one', () => {
    expect(runbooks).toEqual([
      'aviatrix-gateway-image',
      'aviatrix-platform',
      'cato-sockets',
      'cleanroom-live-upgrade',
      'stackato-3.0',
    ])
  })

  test.each(runbooks)(
    '%s: the night is played, every fault strikes, every criterion finds its outputs',
    async (name) => {
      const file = (kind: string): string => `runbooks/${name}.${kind}.yaml`
      const io = captureIo()
      const code = await runCli(
        [
          ...['simulate', `runbooks/${name}.yaml`, '-i', file('inventory')],
          ...['--values', file('values'), '--scenario', file('scenario'), '--json'],
        ],
        io,
      )
      expect(io.err()).toBe('')
      expect(code).toBe(0)
      const night = JSON.parse(io.out()) as Simulated
      expect(night.outcome).toMatch(/^succeeded/)
      expect(Object.keys(night.strikes)).not.toEqual([])
      expect(Object.values(night.strikes)).not.toContain(0)
      expect(night.assumptions.filter((text) => text.includes('no outputs were found'))).toEqual([])
    },
  )
})
