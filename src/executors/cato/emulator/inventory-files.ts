import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Account } from './account.ts'
import type { SiteState, SocketState } from './fleet.ts'

export interface InventoryFiles {
  /** PEM certificate of the authority behind the endpoint. */
  readonly caFile: string
  /** Holds the API key, mode 0600. */
  readonly tokenFile: string
  readonly inventoryFile: string
  /** The same targets as a table, and the inventory that reads it. */
  readonly tableFile: string
  readonly tableInventoryFile: string
}

export interface InventoryFacts {
  readonly apiUrl: string
  readonly ca: string
  readonly token: string
  /** Written into the settings of the system, so that a run on the real clock keeps pace; absent when it needs not. */
  readonly pace: number | undefined
}

const columns = ['name', 'site', 'time_zone', 'unit', 'member', 'version'] as const
const attributes = ['site_id', 'serial', 'platform', 'ha', 'link', 'mbps'] as const

/** Writes what a user needs to reach the account; keys and ports change with every start. */
export function writeInventoryFiles(directory: string, account: Account, facts: InventoryFacts): InventoryFiles {
  const files: InventoryFiles = {
    caFile: join(directory, 'ca.pem'),
    tokenFile: join(directory, 'api-key'),
    inventoryFile: join(directory, 'inventory.yaml'),
    tableFile: join(directory, 'targets.csv'),
    tableInventoryFile: join(directory, 'inventory-table.yaml'),
  }
  const targets = account.sites.flatMap((site) => site.sockets.map((socket) => targetOf(site, socket)))
  const head = {
    rollbook: 'inventory/v1',
    systems: {
      cato: {
        kind: 'cato',
        address: facts.apiUrl,
        settings: {
          account_id: account.id,
          ca_file: files.caFile,
          api_key: { secret: { file: files.tokenFile } },
          ...(facts.pace === undefined ? {} : { pace: facts.pace }),
        },
      },
    },
  }
  const note = '# Written by the emulator; port, authority and key change with every start.\n'
  writeFileSync(files.caFile, facts.ca)
  writeFileSync(files.tokenFile, `${facts.token}\n`, { mode: 0o600 })
  const inventory = {
    ...head,
    defaults: { kind: 'socket', system: 'cato' },
    targets: Object.fromEntries(targets.map(({ name, ...target }) => [name, target])),
  }
  writeFileSync(files.inventoryFile, note + stringify(inventory))
  const table = {
    ...head,
    targets_from: [
      {
        csv: 'targets.csv',
        columns: Object.fromEntries(columns.map((name) => [name, name])),
        attributes: Object.fromEntries(attributes.map((name) => [name, name])),
        defaults: { kind: 'socket', system: 'cato' },
      },
    ],
  }
  writeFileSync(files.tableInventoryFile, note + stringify(table))
  const rows = targets.map((target) => [
    ...columns.map((name) => target[name]),
    ...attributes.map((name) => target.attributes[name]),
  ])
  writeFileSync(files.tableFile, [[...columns, ...attributes], ...rows].map((row) => `${row.join(',')}\n`).join(''))
  return files
}

interface Target {
  readonly name: string
  readonly site: string
  readonly time_zone: string
  readonly unit: string
  readonly member: string
  readonly version: string
  readonly attributes: Readonly<Record<(typeof attributes)[number], string | number | boolean>>
}

function targetOf(site: SiteState, socket: SocketState): Target {
  return {
    name: socket.name,
    site: site.name,
    time_zone: site.time_zone,
    unit: site.name,
    member: socket.member,
    version: socket.version,
    attributes: {
      site_id: site.id,
      serial: socket.serial,
      platform: socket.platform,
      ha: site.ha,
      link: socket.link.kind,
      mbps: socket.link.mbps,
    },
  }
}
