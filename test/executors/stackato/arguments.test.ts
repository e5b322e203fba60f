import Ajv2020 from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { stackato } from '../../../src/executors/stackato/index.ts'

const ajv = new Ajv2020.default({ strict: false })

describe('arguments', () => {
  const named = (name: string) => stackato.actions.find((action) => action.name === `stackato.${name}`)!

  it('refuses a download without a cache address, and two phases in one step', () => {
    expect(named('node_upgrade').check!({ download_only: true })).toHaveLength(1)
    expect(named('node_upgrade').check!({ download_only: true, update_kato: true, cache_ip: '10.0.0.1' })).toHaveLength(
      1,
    )
    expect(ajv.validate(named('node_upgrade').with, { force: { reason: 'short' } })).toBe(false)
    expect(ajv.validate(named('node_upgrade').with, { force: true })).toBe(false)
  })

  it('refuses a wait that is no duration', () => {
    expect(named('process_ready').check!({ within: 'soon' })).toHaveLength(1)
  })

  it('words a proxy without showing it', () => {
    expect(named('node_upgrade').describe({ http_proxy: '' })).toBe('kato node upgrade --skip-confirmation')
    expect(named('node_upgrade').describe({ http_proxy: { $secret: 'proxy' } })).toBe(
      'http_proxy=••• kato node upgrade --skip-confirmation',
    )
  })
})
