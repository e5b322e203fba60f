import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { JsonObject } from '../../../src/base/json.ts'
import type { Http, HttpRequest } from '../../../src/ports/http.ts'
import { type AviatrixLab, actionNamed, startLab } from './aviatrix-lab.ts'

const hopped = { installed: '6.8.1148', previous: '6.7.1376', release: '6.8.1148' } as const
const spoke = 'spoke-use1-1'

/** An address at which nobody listens, or somebody who lets nobody in. */
async function elsewhere(how: 'is gone' | 'denies'): Promise<string> {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(403, { 'content-type': 'text/plain' }).end('no')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()))
  if (how === 'is gone') await close()
  else onTestFinished(close)
  return `http://127.0.0.1:${port}/`
}

/** Everything goes to another place once the action was sent. */
function astray(lab: AviatrixLab, action: string, place: string): Http {
  const { http } = lab.context().ports
  let isAstray = false
  return {
    request: async (asked) => {
      const { ca: _, insecure: __, ...rest } = asked
      if (isAstray) return await http.request({ ...rest, url: place } as HttpRequest)
      const answer = await http.request(asked)
      isAstray = `${asked.url}&${String(asked.body)}`.includes(`action=${action}&`)
      return answer
    },
  }
}

describe.each(['is gone', 'denies'] as const)('a controller that %s after the start', (how) => {
  it.each<[string, string, string | undefined, JsonObject, Parameters<typeof startLab>[0]]>([
    ['gateway_upgrade', 'upgrade_selected_gateway', spoke, { limit: '6m' }, { ...hopped, gatewaysOn: 'previous' }],
    ['gateway_image_upgrade', 'upgrade_selected_gateway', spoke, { limit: '6m' }, hopped],
    ['gateway_rollback', 'upgrade_selected_gateway', spoke, { limit: '6m' }, hopped],
    [
      'platform_upgrade',
      'upgrade_platform',
      undefined,
      { to: '7.2', limit: '12m' },
      { installed: '7.1.4191', release: '7.2.4820' },
    ],
    ['platform_upgrade', 'upgrade_platform', undefined, { to: '6.6', limit: '12m' }, { installed: '6.5.3006' }],
  ])('leaves open how %s (%s) ended', async (name, action, target, args, options) => {
    const lab = await startLab(options)
    const http = astray(lab, action, await elsewhere(how))
    const failure = await lab.fail(name, target, args, { ports: { http } })
    expect(lab.calls(action)).toBe(1)
    expect(failure).toMatchObject({ class: 'unknown', notApplied: false })
    expect(failure.message).toMatch(/the upgrade .*may go on meanwhile|has no end in time/)
  })
})

describe('a backup', () => {
  it('whose bucket cannot be listed after the start is left open', async () => {
    const lab = await startLab()
    const { processes } = lab.context().ports
    const broken: typeof processes = {
      run: (spec) =>
        processes.run(lab.calls('enable_cloudn_backup_config') === 0 ? spec : { ...spec, argv: ['false'] }),
    }
    const failure = await lab.fail('backup', undefined, {}, { ports: { processes: broken } })
    expect(failure).toMatchObject({ class: 'unknown', notApplied: false })
    expect(failure.message).toContain('the backup was accepted')
  })

  it('is not denied by the probe while it may still be written', async () => {
    const lab = await startLab()
    const begunAt = lab.clock.now()
    const probe = (limit: string) => actionNamed('backup').probe!(lab.context(undefined, { begunAt }), { limit })
    expect(await probe('10m')).toMatchObject({ state: 'running' })
    expect(await probe('3m')).toMatchObject({ state: 'not_applied' })
    expect(lab.clock.now() - begunAt).toBeGreaterThanOrEqual(3 * 60_000)
  })
})
