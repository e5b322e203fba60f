/** What the emulated controller says on the wire, without the executor. */
import { describe, expect, it } from 'vitest'
import { startLab } from './aviatrix-lab.ts'

describe('the older endpoint', () => {
  it('answers as published: JSON as text/json, a CID beside the results, refusals in status 200', async () => {
    const lab = await startLab({ installed: '6.6.123' })
    const { username, password } = lab.emulator
    const login = await lab.wire('/v1/api', { action: 'login', username, password })
    expect(login).toMatchObject({ status: 200, contentType: expect.stringContaining('text/json') as string })
    expect(JSON.parse(login.body)).toEqual({
      return: true,
      results: expect.stringContaining('authorized successfully') as string,
      CID: expect.stringMatching(/^[A-Za-z0-9]{20}$/) as string,
    })
    const wrong = await lab.wire('/v1/api', { action: 'login', username, password: 'guess' })
    expect(wrong.status).toBe(200)
    expect(JSON.parse(wrong.body)).toMatchObject({ return: false })
    const nobody = await lab.wire('/v1/api', { action: 'list_version_info' }, 'GET')
    expect(JSON.parse(nobody.body)).toEqual({ return: false, reason: 'CID is invalid or expired.' })
    const session = await lab.session()
    const unknown = await lab.wire('/v1/api', { action: 'dance', ...session })
    expect(JSON.parse(unknown.body)).toEqual({ return: false, reason: 'valid action required' })
    const read = await lab.wire('/v1/api', { action: 'list_version_info', ...session }, 'GET')
    expect(JSON.parse(read.body)).toEqual({
      return: true,
      results: { current_version: 'UserConnect-6.6.123', previous_version: '', kernel_version: '5.4.0-1068' },
    })
    expect((await lab.wire('/v2/api', { action: 'get_api_token' }, 'GET')).status).toBe(404)
  })

  it('takes JSON bodies too, and no huge ones', async () => {
    const lab = await startLab({ installed: '6.6.123' })
    const json = { 'content-type': 'application/json' }
    const params = { action: 'list_accounts', ...(await lab.session()) }
    expect(JSON.parse((await lab.wire('/v1/api', params, 'POST', json)).body)).toMatchObject({ return: true })
    expect((await lab.wire('/v1/api', { action: 'login', password: 'x'.repeat(1 << 20) })).status).toBe(413)
  })

  it('says of a request how it stands, in the words of 6.5: a bare id, then {done, result}', async () => {
    const lab = await startLab({ installed: '6.5.3006', release: '6.6.123' })
    const session = await lab.session()
    const form = { action: 'upgrade_platform', caller: 'ui', gateway_list: '', software_version: '6.6', ...session }
    const id = (await lab.wire('/v1/api', form)).body
    expect(id).toMatch(/^\d+$/)
    const again = await lab.wire('/v1/api', form)
    expect(JSON.parse(again.body)).toEqual({ return: false, reason: 'Active upgrade in progress.' })
    const poll = { action: 'check_upgrade_status', id, pos: '0', ...session }
    expect(JSON.parse((await lab.wire('/v1/backend1', poll)).body)).toMatchObject({ done: false })
    lab.clock.skip(5 * 60_000 + 1000)
    const away = await lab.wire('/v1/backend1', poll)
    expect(away).toMatchObject({ status: 503, contentType: 'text/html' })
    lab.clock.skip(3 * 60_000)
    const over = await lab.wire('/v1/backend1', poll)
    expect(JSON.parse(over.body)).toMatchObject({ return: false })
    const fresh = { ...poll, ...(await lab.session()) }
    expect(JSON.parse((await lab.wire('/v1/backend1', fresh)).body)).toMatchObject({ done: true })
  })
})

describe('the newer endpoint', () => {
  it('wants a token for the login, which is good for one', async () => {
    const lab = await startLab({ installed: '7.1.4191', release: '7.2.4820' })
    const { username, password } = lab.emulator
    const token = JSON.parse((await lab.wire('/v2/api', { action: 'get_api_token' }, 'GET')).body) as {
      readonly results: { readonly api_token: string }
    }
    const login = { action: 'login', username, password }
    const headers = { 'x-access-key': token.results.api_token }
    expect(JSON.parse((await lab.wire('/v2/api', login, 'POST', headers)).body)).toMatchObject({ return: true })
    expect(JSON.parse((await lab.wire('/v2/api', login, 'POST', headers)).body)).toMatchObject({ return: false })
    const expired = await lab.wire('/v2/api', { action: 'list_version_info', CID: 'x' }, 'GET')
    expect(JSON.parse(expired.body)).toEqual({ return: false, reason: 'Invalid session. Please login again.' })
    expect((await lab.wire('/v1/api', login)).status).toBe(404)
  })

  it('shows the upgrade before for a while after the start, then progress, then the end', async () => {
    const lab = await startLab({ installed: '7.1.4191', release: '7.2.4820' })
    const form = { async: 'true', gateway_list: '', software_version: '7.2', version: '7.2' }
    expect(await lab.ask('upgrade_platform', form)).toEqual({ return: true, results: expect.any(String) as string })
    const status = async () => (await lab.ask('platform_upgrade_status', { platform_only: 'true' }))['results']
    expect(await status()).toMatchObject({ is_upgrade_in_progress: false })
    lab.clock.skip(90_000)
    expect(await status()).toMatchObject({
      is_upgrade_in_progress: true,
      platform_upgrade: { results: { status: 'in progress' } },
    })
    lab.clock.skip(7 * 60_000)
    expect(await status()).toMatchObject({
      is_upgrade_in_progress: false,
      platform_upgrade: { results: { status: 'complete' } },
    })
  })
})

describe('the network', () => {
  it('AVX-62 two members in one call are replaced at once, without a safeguard', async () => {
    const lab = await startLab({ installed: '6.7.1376', release: '6.8.1148' })
    await lab.levelAt('6.8')
    const list = 'spoke-use1-1,spoke-use1-1-hagw'
    const params = { gateway_list: list, software_version: '6.8.1148', image_version: 'hvm-cloudx-aws-102022' }
    expect(await lab.ask('upgrade_selected_gateway', params)).toMatchObject({ return: true })
    lab.clock.skip(2 * 60_000)
    expect(lab.whats('outage').length).toBeGreaterThan(0)
    expect(await lab.ask('upgrade_selected_gateway', params)).toMatchObject({
      return: false,
      reason: expect.stringContaining('is being upgraded') as string,
    })
  })

  it('AVX-45 while the controller is upgraded no gateway is', async () => {
    const lab = await startLab({ installed: '6.6.123', release: '6.7.1376' })
    await lab.ask('upgrade_platform', { async: 'true', gateway_list: '', software_version: '6.7' })
    const params = { gateway_list: 'spoke-use1-1', software_version: '6.6.123', image_version: '' }
    expect(await lab.ask('upgrade_selected_gateway', params)).toEqual({
      return: false,
      reason: 'Active upgrade in progress.',
    })
    const none = await lab.ask('upgrade_selected_gateway', { ...params, gateway_list: '' })
    expect(none).toMatchObject({ return: false })
  })

  it('AVX-41 the controller itself keeps three dated copies with the multiple option', async () => {
    const lab = await startLab()
    for (let times = 0; times < 3; times += 1) {
      await lab.run('backup')
      lab.clock.skip(60_000)
    }
    expect((await lab.run('backup_files', undefined, { keep: 3 })).outputs['surplus']).toEqual([])
  })

  it('one gateway can be asked about', async () => {
    const lab = await startLab()
    expect(await lab.ask('get_gateway_info', { gateway_name: 'vpn-use1-1' })).toMatchObject({
      return: true,
      results: { vpc_name: 'vpn-use1-1', vpn_status: 'enabled' },
    })
    expect(await lab.ask('get_gateway_info', { gateway_name: 'nobody' })).toMatchObject({ return: false })
    const summary = await lab.ask('list_vpcs_summary', { gateway_name: 'vpn-use1-1' })
    expect(summary['results']).toHaveLength(1)
  })
})
