import { type CleanroomEmulator, faultDefinitions, startCleanroomEmulator } from '../app/cleanroom-emulator.ts'
import { type CommandRun, exitCodes } from './command.ts'
import { directoryOf, given, keepUntilInterrupted, listFaults, numberOf, sayPlaces } from './emulator-call.ts'
import { type CliIo, say } from './io.ts'
import { makeStyle } from './style.ts'
import { renderTable } from './table.ts'
import { shortPath } from './terminal-text.ts'

/** `rollbook emulate cleanroom`: a platform of real Debian hosts to practise on, until Ctrl-C. */
export const emulateCleanroom: CommandRun = async (call, io) => {
  if (call.flag('faults')) {
    listFaults(faultDefinitions, call, io)
    return exitCodes.clean
  }
  const workstations = numberOf(call, 'workstations')
  const agents = numberOf(call, 'agents')
  const edges = numberOf(call, 'edges')
  const version = call.text('installed')
  const release = call.text('release')
  const emulator = await startCleanroomEmulator({
    directory: directoryOf(call, io),
    faults: call.list('fault'),
    ...given({ workstations, agents, edges, version, release }),
  })
  const show = { json: () => placesOf(emulator), print: () => printPlaces(emulator, io) }
  await keepUntilInterrupted(emulator, show, call, io)
  return exitCodes.clean
}

function placesOf(emulator: CleanroomEmulator): Readonly<Record<string, unknown>> {
  return {
    directory: emulator.directory,
    inventory: emulator.inventoryFile,
    ssh_config: emulator.sshConfigFile,
    identity: emulator.identityFile,
    known_hosts: emulator.knownHostsFile,
    service_port: emulator.servicePort,
    archive: emulator.archiveFile,
    signature: emulator.signatureFile,
    key: emulator.keyFile,
    fingerprint: emulator.fingerprint,
    hosts: emulator.hosts.map(({ name, address, port, kind, root }) => ({ name, address, port, kind, root })),
  }
}

const kindTitles: Readonly<Record<string, string>> = {
  mediation_controller: 'Mediation Controller',
  edge_gateway: 'Edge Gateway',
  html5_gateway: 'HTML5 Gateway',
  agent_server: 'Server with the recording agent',
  workstation: 'Workstation with the client',
}

function printPlaces(emulator: CleanroomEmulator, io: CliIo): void {
  const style = makeStyle(io.colour)
  const short = (path: string): string => shortPath(path, io.cwd)
  const { hosts } = emulator
  say(io, style.bold(`An emulated Cleanroom platform of ${hosts.length} Debian hosts is running.`))
  say(io, 'apt, dpkg and OpenSSH are real; the packages and their names are the emulator’s own.')
  say(io)
  const rows = [...new Set(hosts.map((host) => host.kind))].map((kind) => {
    const own = hosts.filter((host) => host.kind === kind)
    const names = own.length > 2 ? `${own[0]?.name} to ${own.at(-1)?.name}` : own.map((host) => host.name).join(', ')
    return [kindTitles[kind] ?? kind, String(own.length), names]
  })
  const columns = [{ title: 'Host' }, { title: 'Count' }, { title: 'Names', wraps: true }]
  io.stdout.write(renderTable(columns, rows, io))
  const places = [
    ['Inventory', short(emulator.inventoryFile)],
    ['Log in', `ssh -F ${short(emulator.sshConfigFile)} ${hosts[0]?.name ?? ''}`],
    ['Services', `http://${hosts[0]?.address ?? ''}:${emulator.servicePort}/version`],
    ['Release', short(emulator.archiveFile)],
    ['Its key', short(emulator.keyFile)],
    ['Every host', `${short(emulator.directory)}/hosts/NAME/var/log/dpkg.log`],
  ] as const
  sayPlaces(places, io)
}
