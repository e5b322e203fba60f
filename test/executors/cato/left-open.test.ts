import { describe, expect, it } from 'vitest'
import type { Json } from '../../../src/base/json.ts'
import type { Http } from '../../../src/ports/http.ts'
import { type CatoLab, startLab } from './cato-lab.ts'

const to = '18.4.1'
const other = '18.4.0'

/** The account does what it is told, and what comes back of the mutation is something else. */
function answering(lab: CatoLab, body: Json): Http {
  return {
    request: async (asked) => {
      const answer = await lab.http.request(asked)
      if (!String(asked.body).includes('startSiteUpgrade(')) return answer
      const { 'content-encoding': _, ...headers } = answer.headers
      return { ...answer, headers, body: new TextEncoder().encode(JSON.stringify(body)) }
    },
  }
}

const started = (version: Json): Json => ({
  site: { startSiteUpgrade: { results: [{ site: { id: 'x', name: 'x' }, targetVersion: version }] } },
})

describe('an upgrade that was accepted and answered strangely is left open', () => {
  it.each<[string, Json]>([
    ['without the part that tells', { data: { site: null } }],
    ['with another field', { data: { site: { startSiteUpgrade: { outcome: [] } } } }],
    ['with an error beside what was done', { data: started(to), errors: [{ message: 'notification failed' }] }],
    ['with an error of the service itself', { data: null, errors: [{ message: 'Internal server error' }] }],
    ['with a version nobody asked for', { data: started(other) }],
  ])('%s', async (_title, body) => {
    const lab = await startLab()
    const failure = await lab.fail('upgrade', 'site-001', { to }, { ports: { http: answering(lab, body) } })
    expect(failure).toMatchObject({ class: 'unknown', notApplied: false })
    expect(lab.socket('site-001').upgrade?.to).toBe(to)
  })

  it('with a refusal and nothing else, nothing was done', async () => {
    const lab = await startLab()
    const body = { data: { site: { startSiteUpgrade: null } }, errors: [{ message: 'site is locked' }] }
    const failure = await lab.fail('upgrade', 'site-001', { to }, { ports: { http: answering(lab, body) } })
    expect(failure).toMatchObject({ class: 'refused', notApplied: true })
  })
})

describe('an upgrade that is called off', () => {
  it.each([
    ['cancelled', new Error('called off')],
    ['timeout', Object.assign(new Error('deadline'), { name: 'TimeoutError' })],
  ])('while the account has the call claims nothing (%s)', async (failureClass, reason) => {
    const lab = await startLab({ faults: ['silence:1:startSiteUpgrade'] })
    const off = new AbortController()
    const failing = lab.fail('upgrade', 'site-001', { to }, { signal: off.signal })
    while (!lab.emulator.effects().some((each) => each.kind === 'call')) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    off.abort(reason)
    expect(await failing).toMatchObject({ class: failureClass, notApplied: false })
    expect(lab.socket('site-001').upgrade?.to).toBe(to)
  })
})
