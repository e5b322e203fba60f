import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { FleetHost } from './fleet.ts'

export interface ConnectionFiles {
  readonly identityFile: string
  readonly knownHostsFile: string
  readonly sshConfigFile: string
  readonly inventoryFile: string
}

export interface ConnectionFacts {
  readonly hosts: readonly FleetHost[]
  /** Same port for every host; each has an address of its own. */
  readonly port: number
  readonly servicePort: number
  readonly version: string
  /** OpenSSH public key line without a comment, by host. */
  readonly hostKey: (name: string) => string
  readonly client: { readonly private: string; readonly public: string }
}

/** Writes what a client needs to reach the emulated hosts: client key, known_hosts, ssh_config, inventory. */
export function writeConnectionFiles(directory: string, facts: ConnectionFacts): ConnectionFiles {
  const files = {
    identityFile: join(directory, 'client_key'),
    knownHostsFile: join(directory, 'known_hosts'),
    sshConfigFile: join(directory, 'ssh_config'),
    inventoryFile: join(directory, 'inventory.yaml'),
  }
  const { hosts, port } = facts
  writeFileSync(files.identityFile, facts.client.private, { mode: 0o600 })
  writeFileSync(`${files.identityFile}.pub`, `${facts.client.public}\n`)
  writeFileSync(
    files.knownHostsFile,
    hosts.map((host) => `[${host.address}]:${port} ${facts.hostKey(host.name)}\n`).join(''),
  )
  writeFileSync(files.sshConfigFile, sshConfig(facts, files))
  writeFileSync(files.inventoryFile, inventory(facts, files))
  return files
}

function sshConfig({ hosts, port }: ConnectionFacts, files: ConnectionFiles): string {
  const own = hosts.map((host) => `Host ${host.name} ${host.address}\n  HostName ${host.address}\n`)
  return `${own.join('\n')}
Host *
  Port ${port}
  User root
  IdentityFile "${files.identityFile}"
  IdentitiesOnly yes
  UserKnownHostsFile "${files.knownHostsFile}"
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
`
}

function inventory(facts: ConnectionFacts, files: ConnectionFiles): string {
  const targets = facts.hosts.map((host) => [
    host.name,
    {
      kind: host.kind,
      address: host.address,
      roles: [...host.roles],
      version: facts.version,
      ...(host.site === undefined ? {} : { site: host.site }),
      ...(host.unit === undefined ? {} : { unit: host.unit }),
      ...(host.member === undefined ? {} : { member: host.member }),
      attributes: { service_port: facts.servicePort, ...host.attributes },
    },
  ])
  return `# Written by the emulator; addresses and ports change with every start.\n${stringify({
    rollbook: 'inventory/v1',
    systems: systemsOf(facts),
    defaults: {
      connection: {
        port: facts.port,
        user: 'root',
        identity_file: files.identityFile,
        known_hosts_file: files.knownHostsFile,
      },
    },
    targets: Object.fromEntries(targets),
  })}`
}

/** Where users come in: through an HTML5 gateway (or a controller where there is none), and through an edge gateway. */
function systemsOf({ hosts, servicePort }: ConnectionFacts): Readonly<Record<string, unknown>> {
  const first = (...kinds: readonly string[]): string => {
    const found = kinds.map((kind) => hosts.find((host) => host.kind === kind)).find((host) => host !== undefined)
    return `http://${found?.address ?? ''}:${servicePort}`
  }
  return {
    web_access: { kind: 'cleanroom', address: first('html5_gateway', 'mediation_controller') },
    direct_access: { kind: 'cleanroom', address: first('edge_gateway') },
  }
}
