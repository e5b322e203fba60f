import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { ClusterState } from './cluster.ts'

export interface NodeAddress {
  readonly name: string
  /** Address inside the cluster. */
  readonly address: string
  /** Loopback port of the SSH server. */
  readonly port: number
  /** OpenSSH public key line without a comment. */
  readonly hostKey: string
}

export interface ConnectionFiles {
  readonly identityFile: string
  readonly knownHostsFile: string
  readonly sshConfigFile: string
  readonly inventoryFile: string
}

/** Writes what a client needs to reach the emulated hosts: client key, known_hosts, ssh_config, inventory. */
export function writeConnectionFiles(
  directory: string,
  state: ClusterState,
  nodes: readonly NodeAddress[],
  client: { readonly private: string; readonly public: string },
  apiUrl: string,
): ConnectionFiles {
  const files = {
    identityFile: join(directory, 'client_key'),
    knownHostsFile: join(directory, 'known_hosts'),
    sshConfigFile: join(directory, 'ssh_config'),
    inventoryFile: join(directory, 'inventory.yaml'),
  }
  writeFileSync(files.identityFile, client.private, { mode: 0o600 })
  writeFileSync(`${files.identityFile}.pub`, `${client.public}\n`)
  writeFileSync(files.knownHostsFile, nodes.map((node) => `[127.0.0.1]:${node.port} ${node.hostKey}\n`).join(''))
  writeFileSync(files.sshConfigFile, sshConfig(nodes, files))
  writeFileSync(files.inventoryFile, inventory(state, nodes, files, apiUrl))
  return files
}

function sshConfig(nodes: readonly NodeAddress[], files: ConnectionFiles): string {
  const hosts = nodes.map((node) => `Host ${node.name} ${node.address}\n  HostName 127.0.0.1\n  Port ${node.port}\n`)
  return `${hosts.join('\n')}
Host *
  User stackato
  IdentityFile "${files.identityFile}"
  IdentitiesOnly yes
  UserKnownHostsFile "${files.knownHostsFile}"
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
`
}

function inventory(state: ClusterState, nodes: readonly NodeAddress[], files: ConnectionFiles, apiUrl: string): string {
  const targets = Object.fromEntries(
    nodes.map((address) => {
      const node = state.nodes.find((entry) => entry.name === address.name)!
      return [
        node.name,
        { address: node.address, roles: [...node.roles], version: node.version, connection: { port: address.port } },
      ]
    }),
  )
  return `# Written by the emulator; the ports change with every start.\n${stringify({
    rollbook: 'inventory/v1',
    systems: {
      cluster: {
        kind: 'stackato',
        address: apiUrl,
        settings: { edition: state.edition, core: state.nodes.find((node) => node.roles.includes('primary'))!.address },
      },
    },
    defaults: {
      kind: 'stackato_node',
      system: 'cluster',
      connection: {
        host: '127.0.0.1',
        user: 'stackato',
        identity_file: files.identityFile,
        known_hosts_file: files.knownHostsFile,
      },
    },
    targets,
  })}`
}
