/** What the vendor documents of the wire, asked of the emulator without the executor. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startCatoEmulator } from '../../../src/executors/cato/emulator/index.ts'
import { places, spreadOver } from '../../../src/executors/cato/emulator/time-zones.ts'
import { loadInventory } from '../../../src/inventory/load-inventory.ts'
import { makeCertificate } from '../../support/certificates.ts'
import { until } from '../../support/until.ts'
import { type CatoLab, startLab } from './cato-lab.ts'

const account = 'accountId: "4711"'
const upgradeCall = (site: string, version = '18.4.1'): string =>
  `mutation { site(${account}) { startSiteUpgrade(input: {upgrades: [{site: {by: ID, input: "${site}"}, targetVersion: "${version}"}]}) { results { site { id name } targetVersion scheduledAt } } } }`

describe('the endpoint', () => {
  it('speaks HTTPS with a certificate of its own authority, and is not trusted without it', async () => {
    const lab = await startLab()
    expect((await lab.wire({ query: '{ __typename }' })).status).toBe(200)
    const stranger = makeCertificate().ca
    await expect(lab.wire({ query: '{ __typename }' }, { ca: stranger })).rejects.toThrow(/certificate|issuer/)
  })

  it.each([
    [{ path: '/api/v1/other' }, 404],
    [{ method: 'PUT' }, 405],
    [{ headers: { 'content-type': 'text/plain' } }, 415],
  ])('refuses %j', async (options, status) => {
    const lab = await startLab()
    expect((await lab.wire({ query: '{ __typename }' }, options)).status).toBe(status)
  })

  it('answers errors with status 200 and names every call in Trace_id', async () => {
    const lab = await startLab()
    const wrongKey = await lab.wire({ query: '{ __typename }' }, { headers: { 'x-api-key': 'wrong' } })
    expect(wrongKey).toMatchObject({ status: 200, body: expect.stringContaining('API key is not valid') })
    const other = await lab.wire({ query: '{ __typename }' }, { headers: { 'x-account-id': '1' } })
    expect(JSON.parse(other.body)).toMatchObject({ errors: [{ message: expect.stringContaining('no permission') }] })
    const field = await lab.wire({ query: '{ accountSnapshot { colour } }' })
    expect(field.headers['trace_id']).toMatch(/^[0-9a-f]{32}$/)
    expect(JSON.parse(field.body)).toMatchObject({
      errors: [{ message: expect.stringContaining('Cannot query field') }],
    })
    expect(await lab.ask('{ site(accountId: "1") { __typename } }')).toMatchObject({
      errors: [{ message: 'no permission for account 1', path: ['site'] }],
    })
    expect((await lab.wire('not JSON')).status).toBe(400)
  })

  it('packs what is long, when asked', async () => {
    const lab = await startLab({ sites: 60 })
    const query = `{ hardwareManagement(${account}) { socketInventory(input: {paging: {from: 0, limit: 100}}) { items { serialNumber } } } }`
    const packed = await lab.wire({ query }, { headers: { 'accept-encoding': 'gzip' } })
    expect(packed.headers['content-encoding']).toBe('gzip')
    expect(JSON.parse(packed.body).data.hardwareManagement.socketInventory.items.length).toBeGreaterThan(60)
    expect((await lab.wire({ query })).headers['content-encoding']).toBeUndefined()
  })

  it('limits calls per operation and says so in the documented words, until the minute is over', async () => {
    const lab = await startLab()
    const query = '{ eventsFeed(accountIDs: ["4711"]) { marker } }'
    for (let call = 0; call < 100; call += 1) expect(await lab.ask(query)).not.toHaveProperty('errors')
    const over = await lab.wire({ query })
    expect(over.body.startsWith('{"errors":[{"message":"rate limit for operation: eventsFeed')).toBe(true)
    expect(await lab.ask(`{ site(${account}) { __typename } }`)).not.toHaveProperty('errors')
    lab.clock.skip(61_000)
    expect(await lab.ask(query)).not.toHaveProperty('errors')
  })

  it('pages the inventory', async () => {
    const lab = await startLab({ sites: 30 })
    const page = async (from: number) => {
      const query = `{ hardwareManagement(${account}) { socketInventory(input: {paging: {from: ${from}, limit: 25}}) { items { serialNumber } pageInfo { total } } } }`
      return ((await lab.ask(query)) as never as InventoryAnswer).data.hardwareManagement.socketInventory
    }
    const [first, second] = [await page(0), await page(25)]
    const serials = [...first.items, ...second.items].map((item) => item.serialNumber)
    expect(first.items).toHaveLength(25)
    expect(new Set(serials).size).toBe(first.pageInfo.total)
  })

  it('takes the key `upgrades`, a list, and not the name of its type', async () => {
    const lab = await startLab()
    const started = await lab.ask(upgradeCall('10001'))
    expect(started).toMatchObject({
      data: {
        site: {
          startSiteUpgrade: {
            results: [
              {
                site: { id: '10001', name: 'site-001' },
                targetVersion: '18.4.1',
                scheduledAt: '2027-03-14T05:00:00.000Z',
              },
            ],
          },
        },
      },
    })
    const trap = upgradeCall('10003').replace('upgrades:', 'siteUpgradeRequest:')
    expect(await lab.ask(trap)).toMatchObject({ errors: expect.anything() })
    const alias = upgradeCall('10003').replace('{ site(', '{ sites(')
    expect(await lab.ask(alias)).toHaveProperty('data.sites.startSiteUpgrade.results')
  })

  it.each([
    ['10001', '18.3.3', 'already runs'],
    ['10001', '17.0.9', 'not available'],
    ['10001', '99.0', 'not available'],
    ['7', '18.4.1', 'was not found'],
  ])('refuses to move site %s to %s', async (site, version, words) => {
    const lab = await startLab()
    expect(await lab.ask(upgradeCall(site, version))).toMatchObject({
      errors: [{ message: expect.stringContaining(words) }],
    })
    expect(lab.emulator.effects().filter((each) => each.kind === 'phase')).toEqual([])
  })
})

interface InventoryAnswer {
  readonly data: {
    readonly hardwareManagement: {
      readonly socketInventory: {
        readonly items: readonly { readonly serialNumber: string }[]
        readonly pageInfo: { readonly total: number }
      }
    }
  }
}

describe('the event feed', () => {
  async function feed(lab: CatoLab, marker: string, filters = '') {
    const query = `{ eventsFeed(accountIDs: ["4711"], marker: "${marker}"${filters}) { marker fetchedCount accounts { id records(fieldNames: [action, src_site_name]) { time fieldsMap flatFields } } } }`
    const answer = (await lab.ask(query)) as never as {
      readonly data: {
        readonly eventsFeed: {
          readonly marker: string
          readonly fetchedCount: number
          readonly accounts: readonly [
            { readonly records: readonly { readonly fieldsMap: object; readonly flatFields: unknown }[] },
          ]
        }
      }
    }
    return answer.data.eventsFeed
  }

  it('goes on where a marker ended, page by page, keeps seven days and filters', async () => {
    const lab = await startLab({ eventsPage: 2 })
    for (const site of ['10001', '10003', '10005']) await lab.ask(upgradeCall(site))
    lab.clock.skip(20 * 60_000)
    const first = await feed(lab, '')
    expect(first.fetchedCount).toBe(2)
    expect(first.accounts[0].records[0]).toMatchObject({
      fieldsMap: { action: 'Succeeded', src_site_name: 'site-001' },
      flatFields: expect.arrayContaining([['action', 'Succeeded']]),
    })
    const second = await feed(lab, first.marker)
    expect(second.fetchedCount).toBe(1)
    expect((await feed(lab, second.marker)).fetchedCount).toBe(0)
    const not = ', filters: [{fieldName: event_sub_type, operator: is_not, values: ["Socket Upgrade"]}]'
    expect((await feed(lab, '', not)).fetchedCount).toBe(0)
    lab.clock.skip(7 * 86_400_000)
    expect((await feed(lab, '')).fetchedCount).toBe(0)
    expect(await lab.ask('{ eventsFeed(accountIDs: ["4711"], marker: "eA==") { marker } }')).toMatchObject({
      errors: [{ message: 'the marker is not valid' }],
    })
  })
})

describe('the fleet', () => {
  it('CATO-04 stands in at least 38 real time zones, also those off the full hour', async () => {
    const lab = await startLab({ sites: 200, zones: [] })
    const zones = new Set(lab.emulator.state().sites.map((site) => site.time_zone))
    expect(zones.size).toBeGreaterThanOrEqual(38)
    for (const zone of zones) expect(() => new Intl.DateTimeFormat('en', { timeZone: zone })).not.toThrow()
    expect([...zones]).toEqual(expect.arrayContaining(['Asia/Kathmandu', 'Asia/Kolkata', 'Pacific/Chatham']))
    const sites = lab.emulator.state().sites
    expect(sites.filter((site) => site.ha).length).toBeGreaterThan(20)
    const newYork = sites.filter((site) => site.time_zone === 'America/New_York')
    expect(newYork.length).toBeGreaterThan(10)
    expect(newYork.some((site) => site.ha)).toBe(true)
  })

  it('spreads exactly as many sites as asked for', () => {
    for (const sites of [1, 5, 42, 43, 999]) expect(spreadOver(sites, places)).toHaveLength(sites)
  })

  it('CATO-01 is written as inventories that Rollbook reads, one by name and one as a table', async () => {
    const lab = await startLab({ sites: 20 })
    const read = (path: string) => ({ path, text: readFileSync(path, 'utf8') })
    const { inventoryFile, tableInventoryFile, tableFile, tokenFile } = lab.emulator
    const loaded = [inventoryFile, tableInventoryFile].map((path) => loadInventory(read(path), [read(tableFile)]))
    expect(loaded.map((each) => each.diagnostics)).toEqual([[], []])
    const [named, table] = loaded.map((each) => Object.values(each.inventory?.targets ?? {}))
    expect(named?.map((target) => target.version)).toContain('18.3.3')
    expect(table?.map(({ attributes, ...target }) => ({ ...target, site_id: String(attributes['site_id']) }))).toEqual(
      named?.map(({ attributes, ...target }) => ({ ...target, site_id: String(attributes['site_id']) })),
    )
    expect(named?.filter((target) => target.member === 'secondary').map((target) => target.unit)).toContain('site-002')
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600)
    expect(readFileSync(inventoryFile, 'utf8')).not.toContain(lab.emulator.token)
  })
})

describe('an emulator on its own clock', () => {
  it('CATO-27 takes 17 emulated minutes, writes its state down, and starts anew in the same folder', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'cato-own-clock-'))
    const options = { directory, sites: 3, zones: ['Asia/Tokyo'], speed: 6000, startAt: Date.UTC(2027, 0, 3) }
    const emulator = await startCatoEmulator(options)
    onTestFinished(async () => {
      await emulator.close()
      rmSync(directory, { recursive: true, force: true })
    })
    expect(readFileSync(emulator.inventoryFile, 'utf8')).toContain('pace: 6000')
    await until(() => emulator.effects().some((each) => each.kind === 'download'))
    expect(existsSync(emulator.stateFile)).toBe(true)
    const again = await startCatoEmulator(options)
    expect(again.effects().filter((each) => each.kind === 'phase')).toEqual([])
    await again.close()
  })

  it.each([
    [{ sites: 0 }, 'EMULATOR_SITES'],
    [{ speed: 0 }, 'EMULATOR_SPEED'],
    [{ zones: ['Mars/Olympus'] }, 'EMULATOR_ZONE'],
    [{ release: 'new' }, 'EMULATOR_VERSION'],
    [{ release: '16.0' }, 'EMULATOR_VERSION'],
    [{ faults: ['gremlins'] }, 'FAULT_UNKNOWN'],
    [{ faults: ['bad-hash'] }, 'FAULT_INCOMPLETE'],
    [{ faults: ['bad-hash:site-001:often'] }, 'FAULT_INCOMPLETE'],
    [{ faults: ['disconnected:site-001:soon'] }, 'FAULT_INCOMPLETE'],
    [{ faults: ['process-critical:soon'] }, 'FAULT_INCOMPLETE'],
    [{ faults: ['bad-hash:site-999'] }, 'FAULT_TARGET_UNKNOWN'],
    [{ faults: ['refuse-upgrade:site-999'] }, 'FAULT_TARGET_UNKNOWN'],
  ])('%j is wrong use', async (options, code) => {
    await expect(startLab(options)).rejects.toMatchObject({ code })
  })
})
