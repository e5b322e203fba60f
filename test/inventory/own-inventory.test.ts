import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCsv } from '../../src/inventory/csv.ts'
import { filesBeside, loadInventory } from '../../src/inventory/index.ts'

const load = (text: string, csv?: string) =>
  loadInventory(
    { path: 'lab/inventory.yaml', text: `rollbook: inventory/v1\n${text}` },
    csv === undefined ? [] : [{ path: 'lab/fleet.csv', text: csv }],
  )

/** `code severity line:column-line:column message` of each finding. */
const told = (text: string, csv?: string): readonly string[] =>
  load(text, csv).diagnostics.map(({ code, severity, file, range: { start, end }, message }) => {
    const place =
      start.line === end.line
        ? `${start.line}:${start.column}-${end.column}`
        : `${start.line}:${start.column}-${end.line}:${end.column}`
    return `${code} ${severity} ${file.replace('lab/', '')} ${place} ${message}`
  })

describe('inventory/v1', () => {
  it('puts defaults below targets, and merges connection and attributes', () => {
    const { inventory, diagnostics } = load(`
name: lab
systems:
  cluster: {kind: stackato, address: "https://api.example.com", settings: {core: core-1}}
defaults:
  kind: node
  system: cluster
  roles: [dea]
  time_zone: Europe/Zurich
  connection: {user: stackato, options: {ServerAliveInterval: "15"}}
  attributes: {rack: a, disk: 40}
targets:
  core-1:
    address: 10.0.0.1
    roles: [controller, primary]
    version: "3.4"
    unit: u1
    member: primary
    connection: {port: 2222, options: {Compression: "yes"}}
    attributes: {rack: b}
  dea-1: {}
`)
    expect(diagnostics).toEqual([])
    expect(inventory).toEqual({
      name: 'lab',
      systems: {
        cluster: {
          name: 'cluster',
          kind: 'stackato',
          address: 'https://api.example.com',
          settings: { core: 'core-1' },
        },
      },
      targets: {
        'core-1': {
          name: 'core-1',
          kind: 'node',
          address: '10.0.0.1',
          roles: ['controller', 'primary'],
          version: '3.4',
          unit: 'u1',
          member: 'primary',
          system: 'cluster',
          time_zone: 'Europe/Zurich',
          connection: { user: 'stackato', port: 2222, options: { ServerAliveInterval: '15', Compression: 'yes' } },
          attributes: { rack: 'b', disk: 40 },
        },
        'dea-1': {
          name: 'dea-1',
          kind: 'node',
          address: 'dea-1',
          roles: ['dea'],
          system: 'cluster',
          time_zone: 'Europe/Zurich',
          connection: { user: 'stackato', options: { ServerAliveInterval: '15' } },
          attributes: { rack: 'a', disk: 40 },
        },
      },
      secrets: {},
    })
  })

  it('keeps secrets as references with their sources beside', () => {
    const { inventory } = load(`
systems:
  api: {kind: cato, settings: {token: {secret: {env: CATO_API_KEY}}, nested: [{key: {secret: {file: /run/key}}}]}}
targets:
  a: {attributes: {sudo_password: {secret: {command: [pass, show, a]}}}}
`)
    expect(inventory?.systems['api']?.settings).toEqual({
      token: { $secret: 'systems.api.token' },
      nested: [{ key: { $secret: 'systems.api.nested.0.key' } }],
    })
    expect(inventory?.targets['a']?.attributes).toEqual({
      sudo_password: { $secret: 'targets.a.attributes.sudo_password' },
    })
    expect(inventory?.secrets).toEqual({
      'systems.api.token': { env: 'CATO_API_KEY' },
      'systems.api.nested.0.key': { file: '/run/key' },
      'targets.a.attributes.sudo_password': { command: ['pass', 'show', 'a'] },
    })
  })

  it('reads targets from a table', () => {
    const { inventory, diagnostics } = load(
      `
defaults: {kind: socket}
targets_from:
  - csv: ./fleet.csv
    delimiter: ";"
    columns: {name: Serial, site: Site, version: Firmware, roles: Tags, host: IP, port: Port}
    attributes: {model: Model}
    defaults: {time_zone: Europe/Zurich}
`,
      '\uFEFFSerial;Site;Firmware;Tags;IP;Port;Model\r\ns1;"Zurich; HQ";17.1;a, b a;10.0.0.1;2222;"X ""1500"""\r\n\r\ns2;;;;;;\r\n',
    )
    expect(diagnostics).toEqual([])
    expect(inventory?.targets).toEqual({
      s1: {
        name: 's1',
        kind: 'socket',
        address: 's1',
        site: 'Zurich; HQ',
        version: '17.1',
        roles: ['a', 'b'],
        time_zone: 'Europe/Zurich',
        connection: { host: '10.0.0.1', port: 2222 },
        attributes: { model: 'X "1500"' },
      },
      s2: { name: 's2', kind: 'socket', address: 's2', roles: [], time_zone: 'Europe/Zurich', attributes: {} },
    })
  })

  it('says which files belong to it', () => {
    const own =
      'rollbook: inventory/v1\ntargets_from:\n  - {csv: fleet.csv, columns: {name: N}}\n  - {csv: /srv/x.csv, columns: {name: N}}\n'
    expect(filesBeside({ path: 'lab/inventory.yaml', text: own })).toEqual({
      files: ['lab/fleet.csv', '/srv/x.csv'],
      folders: [],
    })
    expect(filesBeside({ path: 'lab/hosts', text: '[web]\na' })).toEqual({
      files: [],
      folders: ['lab/group_vars', 'lab/host_vars'],
    })
  })
})

describe('mistakes in an inventory', () => {
  it.each<readonly [string, readonly string[]]>([
    [
      'targets: {a: {adress: x}}',
      ['INVENTORY_KEY_UNKNOWN error inventory.yaml 2:15-21 "targets.a" has no key "adress"'],
    ],
    [
      'targets: {a: {version: 3.10}}',
      ['INVENTORY_VALUE error inventory.yaml 2:24-28 "targets.a.version" must be text, and is the number 3.1'],
    ],
    [
      'targets: {a: {connection: {port: 70000}}}',
      ['INVENTORY_VALUE error inventory.yaml 2:34-39 "targets.a.connection.port" must be at most 65535'],
    ],
    [
      'targets: {a: {roles: [x, x]}}',
      ['INVENTORY_VALUE error inventory.yaml 2:22-28 "targets.a.roles" holds the same value twice'],
    ],
    [
      'systems: {s: {}}\ntargets: {a: {}}',
      ['INVENTORY_KEY_MISSING error inventory.yaml 2:11-12 "systems.s" needs the key "kind"'],
    ],
    [
      'systems: {cluster: {kind: x}}\ntargets: {a: {system: clustr}}',
      ['INVENTORY_SYSTEM_UNKNOWN error inventory.yaml 3:23-29 there is no system "clustr"'],
    ],
    ['targets: {"a b": {}}', ['INVENTORY_VALUE error inventory.yaml 2:11-16 "a b" cannot be a name']],
    ['name: empty', ['INVENTORY_EMPTY error inventory.yaml 1:1-9 the inventory has no targets']],
    [
      'targets: {a: {attributes: {password: hunter2}}}',
      ['INVENTORY_SECRET_TEXT error inventory.yaml 2:38-45 the secret "password" stands here as text'],
    ],
    [
      'targets: {a: {attributes: {x: {secret: {env: A, file: b}}}}}',
      ['INVENTORY_SECRET_SOURCE error inventory.yaml 2:31-58 the reference to the secret "x" is malformed'],
    ],
    [
      'targets: {a: {connection: {host_key_check: off}}}',
      ['INVENTORY_HOST_KEY_CHECK warning inventory.yaml 2:11-12 the host key of "a" is not checked'],
    ],
    ['targets: [', ['INVENTORY_SYNTAX error inventory.yaml 2:10-11 the inventory is no well-formed YAML']],
    [
      'targets_from:\n  - {csv: fleet.csv}',
      ['INVENTORY_KEY_MISSING error inventory.yaml 3:6-9 "targets_from.0" needs the key "columns"'],
    ],
    [
      'targets_from:\n  - csv: fleet.csv\n    colums: {name: N}',
      ['INVENTORY_KEY_UNKNOWN error inventory.yaml 4:5-11 "targets_from.0" has no key "colums"'],
    ],
    [
      'targets_from: [{csv: gone.csv, columns: {name: N}}]',
      ['INVENTORY_TABLE error inventory.yaml 2:22-30 the file "gone.csv" cannot be read'],
    ],
  ])('%s', (text, expected) => {
    expect(told(text)).toEqual(expected)
  })

  it.each<readonly [string, readonly string[]]>([
    ['Nam\na', ['INVENTORY_TABLE error inventory.yaml 2:49-53 "lab/fleet.csv" has no column "Name"']],
    ['Name\na b', ['INVENTORY_TABLE error fleet.csv 2:1-4 "a b" cannot be the name of a target']],
    ['Name,Port\n,22', ['INVENTORY_TABLE error fleet.csv 2:1-4 the row has no name']],
    ['Name\na\na', ['INVENTORY_TARGET_DUPLICATE error fleet.csv 3:1-2 the target "a" is defined twice']],
    ['Name,X\na', ['INVENTORY_TABLE error fleet.csv 2:1-2 the row has 1 cells and the header 2']],
    ['Name\n"a', ['INVENTORY_TABLE error fleet.csv 2:1-2 the quoted cell that starts here never ends']],
    [
      'Name',
      ['INVENTORY_EMPTY error inventory.yaml 2:22-31 the inventory has no targets: "fleet.csv" has only its header'],
    ],
    ['', ['INVENTORY_TABLE error fleet.csv 1:1-1 "lab/fleet.csv" is empty; a header line is needed']],
  ])('in the table %j', (csv, expected) => {
    expect(told('targets_from: [{csv: fleet.csv, columns: {name: Name}}]', csv).slice(0, 1)).toEqual(expected)
  })

  it('names what was probably meant', () => {
    expect(load('targets: {a: {adress: x}}').diagnostics[0]?.hint).toBe('Did you mean "address"?')
    expect(load('targets: {a: {version: 3.10}}').diagnostics[0]?.hint).toBe('Write it in quotes: "3.1".')
  })

  it.each([
    ['rollbook: runbook/v1', 'the file is a "runbook/v1", and an inventory is expected'],
    ['rollbook: inventory/v9', 'this version of Rollbook cannot read "inventory/v9"'],
    ['a: {b: c}', 'the file is no inventory'],
  ])('%s is refused', (text, message) => {
    expect(loadInventory({ path: 'x.yaml', text }).diagnostics).toEqual([
      expect.objectContaining({ code: 'INVENTORY_KIND', message }),
    ])
  })

  it('never shows the text of a secret', () => {
    expect(JSON.stringify(load('targets: {a: {attributes: {db: {password: hunter2}}}}'))).not.toContain('hunter2')
  })
})

describe('parseCsv', () => {
  it('reads back what is quoted', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', ';') })
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1 }), (rows) => {
        const text = rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join('\r\n')
        expect(parseCsv(text, ',').rows.map((row) => row.map(({ text: value }) => value))).toEqual(rows)
      }),
    )
  })

  it('never hangs', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r') }), (text) => {
        for (const row of parseCsv(text, ',').rows) expect(row.length).toBeGreaterThan(0)
      }),
    )
  })
})

describe('the system of targets from a table', () => {
  const columns = 'columns: {name: Name, system: System}'

  it('is complained about in its cell, at each place once', () => {
    const csv = 'Name,System\na,lab\nb,lap\nc,\n'
    expect(told(`systems: {lab: {kind: x}}\ntargets_from: [{csv: fleet.csv, ${columns}}]`, csv)).toEqual([
      'INVENTORY_SYSTEM_UNKNOWN error fleet.csv 3:3-6 there is no system "lap"',
    ])
  })

  it('and where the table or the inventory gives it for all rows', () => {
    const csv = 'Name,System\na,\nb,\n'
    expect(told(`targets_from: [{csv: fleet.csv, ${columns}, defaults: {system: far}}]`, csv)).toEqual([
      expect.stringMatching(/^INVENTORY_SYSTEM_UNKNOWN error inventory.yaml 2:\d+-\d+ there is no system "far"$/),
    ])
    expect(told(`defaults: {system: far}\ntargets_from: [{csv: fleet.csv, ${columns}}]`, csv)).toEqual([
      'INVENTORY_SYSTEM_UNKNOWN error inventory.yaml 2:20-23 there is no system "far"',
    ])
  })
})
