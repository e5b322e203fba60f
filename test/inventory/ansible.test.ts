import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../src/base/json.ts'
import { readAnsibleGraph } from '../../src/inventory/ansible/ansible-inventory.ts'
import { expandHostPattern } from '../../src/inventory/ansible/host-pattern.ts'
import { readSshArguments } from '../../src/inventory/ansible/ssh-arguments.ts'
import { Findings } from '../../src/inventory/findings.ts'
import { type InventoryFile, loadInventory } from '../../src/inventory/index.ts'
import { parseSource } from '../../src/source/parse-source.ts'
import { type AnsibleReading, ansibleIsInstalled, askAnsible, sorted } from './ansible-oracle.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
const golden = join(import.meta.dirname, '../golden/inventory')
const names = ['ranges', 'layers', 'tree', 'literals', 'jump']
const oracle = ansibleIsInstalled()

function filesOf(name: string): { readonly main: InventoryFile; readonly beside: readonly InventoryFile[] } {
  const folder = join(fixtures, name)
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  )
  const files = paths.map((path) => ({
    path: relative(folder, join(folder, path)),
    text: readFileSync(join(folder, path), 'utf8'),
  }))
  const main = files.find((file) => /^hosts\./.test(file.path))!
  return { main, beside: files.filter((file) => file !== main) }
}

function readOurselves(name: string): AnsibleReading {
  const { main, beside } = filesOf(name)
  const document = main.path.endsWith('.ini') ? undefined : parseSource(main.text, main.path)
  const graph = readAnsibleGraph(main, document, beside, new Findings())
  const hosts = [...graph.hosts.values()].map((host) => [
    host.name,
    {
      groups: graph
        .groupsOf(host.name)
        .map((group) => group.name)
        .filter((group) => group !== 'ungrouped')
        .toSorted(),
      vars: Object.fromEntries([...graph.variablesOf(host)].map(([key, variable]) => [key, variable.value])),
    },
  ])
  return sorted(Object.fromEntries(hosts) as Json) as unknown as AnsibleReading
}

describe('an Ansible inventory is read as Ansible reads it', () => {
  it.each(names)('%s: hosts, groups and variables', (name) => {
    const file = join(golden, `${name}.json`)
    if (oracle) {
      const inventory = join(fixtures, name, filesOf(name).main.path)
      const asked = `${JSON.stringify(askAnsible(inventory), null, 2)}\n`
      if (process.env['UPDATE_GOLDEN'] || !existsSync(file)) writeFileSync(file, asked)
      expect(readFileSync(file, 'utf8')).toBe(asked)
    }
    expect(readOurselves(name)).toEqual(JSON.parse(readFileSync(file, 'utf8')))
  })
})

describe('connections', () => {
  it('come from the variables and from the arguments of ssh', () => {
    const { main } = filesOf('jump')
    const { inventory, diagnostics } = loadInventory(main)
    expect(
      Object.values(inventory!.targets).map(({ name, address, connection, roles }) => ({
        name,
        address,
        connection,
        roles,
      })),
    ).toEqual([
      {
        name: 'e1',
        address: '192.0.2.11',
        roles: ['edge'],
        connection: { host: '192.0.2.11', jump: 'ops@bastion.example.com:2200' },
      },
      {
        name: 'e2',
        address: '192.0.2.12',
        roles: ['edge'],
        connection: { host: '192.0.2.12', jump: 'bastion', options: { ServerAliveInterval: '15' } },
      },
      {
        name: 'e3',
        address: '192.0.2.13',
        roles: ['edge'],
        connection: { host: '192.0.2.13', jump: 'ops@bastion:2200' },
      },
      {
        name: 'e4',
        address: '192.0.2.14',
        roles: ['edge'],
        connection: {
          host: '192.0.2.14',
          identity_file: '~/.ssh/id_edge',
          host_key_check: 'off',
          known_hosts_file: '/dev/null',
        },
      },
      {
        name: 'e5',
        address: 'e5',
        roles: ['edge'],
        connection: { options: { ProxyCommand: 'nc -X 5 -x proxy:1080 %h %p', Ciphers: 'aes256-gcm@openssh.com' } },
      },
    ])
    expect(diagnostics).toEqual([expect.objectContaining({ code: 'INVENTORY_HOST_KEY_CHECK', severity: 'warning' })])
  })

  it.each([
    ['-J a,b', { jump: 'a,b', options: {} }],
    ['-oProxyJump=x -o "ConnectTimeout 5"', { jump: 'x', options: { ConnectTimeout: '5' } }],
    ['-o ProxyCommand="ssh -l ops -W %h:%p gate"', { jump: 'ops@gate', options: {} }],
    ['-o ControlMaster=auto -o ControlPersist=60s -v', { options: {} }],
    [
      '-o StrictHostKeyChecking=accept-new -p 22 -l me -F conf -i key',
      { host_key_check: 'accept-new', port: 22, user: 'me', config_file: 'conf', identity_file: 'key', options: {} },
    ],
    ['-o ProxyCommand="ssh gate nc %h %p"', { options: { ProxyCommand: 'ssh gate nc %h %p' } }],
  ])('reads %s', (text, expected) => {
    expect(readSshArguments(text)).toEqual(expected)
  })
})

describe('targets', () => {
  it('take their fields from rollbook_ variables, and keep the rest as attributes', () => {
    const text = 'n1 rollbook_kind=node rollbook_version=3.4.2 rollbook_site=Zurich rack=7 ansible_become=True\n'
    expect(loadInventory({ path: 'hosts', text }).inventory?.targets['n1']).toEqual({
      name: 'n1',
      kind: 'node',
      address: 'n1',
      version: '3.4.2',
      site: 'Zurich',
      roles: [],
      attributes: { rack: 7, ansible_become: true },
    })
  })

  it('never carry a secret', () => {
    const text = '[web]\na ansible_password=hunter2 db_token=hunter2\n[web:vars]\nansible_become_pass=hunter2\n'
    const loaded = loadInventory({ path: 'hosts.ini', text })
    expect(JSON.stringify(loaded)).not.toContain('hunter2')
    expect(loaded.diagnostics.map(({ code, severity, range }) => [code, severity, range.start.line])).toEqual([
      ['INVENTORY_SECRET_TEXT', 'warning', 4],
      ['INVENTORY_SECRET_TEXT', 'warning', 2],
      ['INVENTORY_SECRET_TEXT', 'warning', 2],
    ])
  })
})

describe('mistakes', () => {
  it.each([
    ['[web\na', 'ANSIBLE_LINE', 1],
    ['[web]\na b', 'ANSIBLE_LINE', 2],
    ['[web]\nweb[5:1]', 'ANSIBLE_LINE', 2],
    ['[web]\na x="open', 'ANSIBLE_LINE', 2],
    ['[web:vars]\nnonsense', 'ANSIBLE_LINE', 2],
    ['[web:hosts]\na', 'ANSIBLE_LINE', 1],
    ['[all:children]\nmissing\n[x]\na', 'ANSIBLE_GROUP', 2],
    ['[a:children]\nb\n[b:children]\na\n[c]\nh', 'ANSIBLE_GROUP', 1],
    ['a ansible_host={{lookup}}', 'ANSIBLE_TEMPLATE', 1],
    ['# nothing', 'INVENTORY_EMPTY', 1],
  ])('%j is %s in line %d', (text, code, line) => {
    const { inventory, diagnostics } = loadInventory({ path: 'hosts.ini', text })
    expect(inventory).toBeUndefined()
    expect(diagnostics[0]).toMatchObject({ code, severity: 'error', range: { start: { line } } })
  })

  it('in YAML point to their place', () => {
    const text = 'all:\n  hosts:\n    web[3:1]:\n  children:\n    x: [1]\n'
    expect(
      loadInventory({ path: 'hosts.yml', text }).diagnostics.map(({ code, range }) => [code, range.start.line]),
    ).toEqual([
      ['ANSIBLE_LINE', 3],
      ['ANSIBLE_LINE', 5],
    ])
  })

  it('never throw', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      'web',
      ':',
      'children',
      'vars',
      '=',
      '"',
      "'",
      '\n',
      ' ',
      '[1:3]',
      '#',
      '{',
      '(',
      '\\',
      '\t',
      '-',
    )
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        fc.constantFrom('hosts', 'hosts.yml'),
        (text, path) => {
          const { inventory, diagnostics } = loadInventory({ path, text })
          expect(inventory === undefined).toBe(diagnostics.some((diagnostic) => diagnostic.severity === 'error'))
        },
      ),
    )
  })
})

describe('expandHostPattern', () => {
  it.each<readonly [string, readonly string[] | undefined]>([
    ['web', ['web']],
    ['web[1:3]', ['web1', 'web2', 'web3']],
    ['web[08:11].x', ['web08.x', 'web09.x', 'web10.x', 'web11.x']],
    ['n[:2]', ['n0', 'n1', 'n2']],
    ['n[0:10:5]', ['n0', 'n5', 'n10']],
    ['[a:c]', ['a', 'b', 'c']],
    ['r[1:2]-[x:y]', ['r1-x', 'r1-y', 'r2-x', 'r2-y']],
    ['n[01:100]', undefined],
    ['n[1:999999999]', undefined],
    ['n[1:2:0]', undefined],
    ['n[a:1]', undefined],
    ['n[]', undefined],
    ['n[0:999][0:999]', undefined],
  ])('%s', (pattern, expected) => {
    expect(expandHostPattern(pattern)?.names).toEqual(expected)
  })
})
