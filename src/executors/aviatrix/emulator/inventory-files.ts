import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { bucketProgram } from './bucket.ts'
import type { GatewayState } from './fleet.ts'
import { ownActions, ownFields } from './own-actions.ts'
import type { World } from './world.ts'

export interface InventoryFiles {
  /** PEM certificate of the authority behind the endpoint. */
  readonly caFile: string
  /** Holds the password of the user, mode 0600. */
  readonly passwordFile: string
  readonly inventoryFile: string
}

export interface InventoryFacts {
  readonly address: string
  readonly ca: string
  readonly username: string
  readonly password: string
  readonly bucketFolder: string
  /** Written into the settings of the system, so that a run on the real clock keeps pace; absent when it needs not. */
  readonly pace: number | undefined
}

/** Writes what a user needs to reach the controller; password and port change with every start. */
export function writeInventoryFiles(directory: string, world: World, facts: InventoryFacts): InventoryFiles {
  const files: InventoryFiles = {
    caFile: join(directory, 'ca.pem'),
    passwordFile: join(directory, 'password'),
    inventoryFile: join(directory, 'inventory.yaml'),
  }
  const program = join(directory, 'bucket.mjs')
  const bucket = [process.execPath, program, facts.bucketFolder]
  writeFileSync(files.caFile, facts.ca)
  writeFileSync(files.passwordFile, `${facts.password}\n`, { mode: 0o600 })
  writeFileSync(program, bucketProgram)
  const inventory = {
    rollbook: 'inventory/v1',
    systems: {
      controller: {
        kind: 'aviatrix',
        address: facts.address,
        settings: {
          username: facts.username,
          password: { secret: { file: files.passwordFile } },
          ca_file: files.caFile,
          ...(facts.pace === undefined ? {} : { pace: facts.pace }),
          unpublished: ownActions,
          fields: ownFields,
          backup_store: { list: [...bucket, 'list'], remove: [...bucket, 'remove', '{name}'] },
        },
      },
    },
    defaults: { system: 'controller' },
    targets: {
      controller: { kind: 'controller', version: world.controller.version, address: facts.address },
      ...Object.fromEntries(world.gateways.map((each) => [each.name, targetOf(world, each)])),
    },
  }
  const note = '# Written by the emulator; port, authority and password change with every start.\n'
  writeFileSync(files.inventoryFile, note + stringify(inventory))
  return files
}

function targetOf(world: World, gateway: GatewayState): Readonly<Record<string, unknown>> {
  return {
    kind: 'gateway',
    roles: [gateway.kind, ...(gateway.vpn ? ['vpn'] : [])],
    site: gateway.region,
    unit: gateway.pair,
    member: gateway.role,
    version: gateway.version,
    attributes: {
      account: gateway.account,
      cloud: gateway.cloud,
      cloud_type: gateway.cloud_type,
      region: gateway.region,
      type: gateway.kind,
      image: gateway.image,
      ha: world.gateways.filter((each) => each.pair === gateway.pair).length > 1,
      active_mesh: gateway.active_mesh,
      vpn: gateway.vpn,
    },
  }
}
