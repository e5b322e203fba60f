/** Inventory and catalog that a controller tells by itself, and the plan of the other runbook on both. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Plan } from '../../src/plan/model.ts'
import { startNetwork } from './aviatrix-network.ts'

interface Catalog {
  readonly products: {
    readonly platform: {
      readonly releases: readonly { readonly version: string }[]
      readonly images: readonly object[]
    }
  }
}

const discover = ['run', 'aviatrix-discover.yaml', '-i', 'network/inventory.yaml', '--unattended', '--id', 'd'] as const
const upgrade = ['--set', 'release=6.8', '--set', 'primary_account=aws-main', '--only-phase', 'upgrade'] as const

it('AVX-09, AVX-15: what the controller tells is enough for a plan over several hops', async () => {
  const network = await startNetwork({ installed: '6.6.123', release: '6.8.1148' })
  const discovered = await network.command(...discover)
  expect(discovered.code, discovered.io.out() + discovered.io.err()).toBe(0)
  const catalog = parse(readFileSync(join(network.cwd, 'aviatrix.discovered-catalog.yaml'), 'utf8')) as Catalog
  const { platform } = catalog.products
  // The controller names the hop between by major and minor only; no build can be chosen anyway.
  expect(platform.releases.map(({ version }) => version)).toEqual([
    'UserConnect-6.6.123',
    'UserConnect-6.7',
    'UserConnect-6.8.1148',
  ])
  expect(platform.images).toContainEqual({
    name: 'hvm-cloudx-aws-062022',
    platform: 'aws',
    releases: ['UserConnect-6.6.123'],
  })
  const files = ['aviatrix.discovered-inventory.yaml', 'aviatrix.discovered-catalog.yaml'] as const
  expect((await network.command('validate', ...files)).code).toBe(0)
  const env = ['-i', files[0], '--catalog', files[1]] as const
  const planned = await network.command('plan', 'aviatrix-platform.yaml', ...env, ...upgrade, '--json')
  expect(planned.code, planned.io.err()).toBe(0)
  const { plan } = JSON.parse(planned.io.out()) as { readonly plan?: Plan }
  const hops = (plan ?? (JSON.parse(planned.io.out()) as Plan)).phases
    .flatMap(({ steps }) => steps)
    .find(({ id }) => id === 'hops')
  expect(hops?.form === 'group' && hops.for_each?.items).toEqual(['UserConnect-6.7', 'UserConnect-6.8.1148'])
})

it('AVX-13, AVX-14: minors between are assumed, the end of a major is not', async () => {
  const network = await startNetwork({ installed: '6.8.1148', release: '7.0.2239' })
  const path = join(network.cwd, 'network/inventory.yaml')
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^ +hop_list: .*\n/m, ''))
  const discovered = await network.command(...discover)
  expect(discovered.code).toBe(1)
  expect(discovered.io.out()).toContain('nobody tells which minor is the last one of 6')
  const again = [...discover.slice(0, -1), 'd2', '--set', 'known_releases=["6.9.161"]']
  expect((await network.command(...again)).code).toBe(0)
  const catalog = parse(readFileSync(join(network.cwd, 'aviatrix.discovered-catalog.yaml'), 'utf8')) as Catalog
  expect(catalog.products.platform.releases.map(({ version }) => version)).toEqual([
    'UserConnect-6.8.1148',
    'UserConnect-6.9.161',
    'UserConnect-7.0.2239',
  ])
})

it('a run over a discovered catalog reaches the newest build of each hop', async () => {
  const network = await startNetwork({ installed: '6.6.123', release: '6.8.1148' })
  const path = join(network.cwd, 'network/inventory.yaml')
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^ +hop_list: .*\n/m, ''))
  expect((await network.command(...discover)).code).toBe(0)
  const more = ['--set', 'first_regions=[]', '--catalog', 'aviatrix.discovered-catalog.yaml']
  const { code, io } = await network.run('aviatrix-platform', ...more)
  expect(code, io.out() + io.err()).toBe(0)
  const { controller, gateways } = network.emulator.state()
  expect([controller.previous_version, controller.version]).toEqual(['6.7.1376', '6.8.1148'])
  expect(new Set(gateways.map(({ version }) => version))).toEqual(new Set(['6.8.1148']))
})
