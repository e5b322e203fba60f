import { type EditionName, faultsOf, type StackatoEmulator, startStackatoEmulator } from '../app/stackato-emulator.ts'
import { type CommandCall, type CommandRun, type ExitCode, exitCodes } from './command.ts'
import { directoryOf, given, keepUntilInterrupted, listFaults, numberOf, sayPlaces } from './emulator-call.ts'
import { type CliIo, say } from './io.ts'
import { makeStyle } from './style.ts'
import { renderTable } from './table.ts'
import { shortPath } from './terminal-text.ts'

const titles: Readonly<Record<EditionName, string>> = { helion: 'Helion Stackato', '3.0': 'Stackato 3.0' }

/** `rollbook emulate stackato` and `stackato-3.0`: a cluster of that edition to practise on, until Ctrl-C. */
export function emulateStackato(edition: EditionName): CommandRun {
  return (call, io) => emulate(edition, call, io)
}

async function emulate(edition: EditionName, call: CommandCall, io: CliIo): Promise<ExitCode> {
  if (call.flag('faults')) {
    listFaults(faultsOf(edition), call, io)
    return exitCodes.clean
  }
  const nodes = numberOf(call, 'nodes')
  const speed = numberOf(call, 'speed')
  const version = call.text('installed')
  const release = call.text('release')
  const emulator = await startStackatoEmulator({
    directory: directoryOf(call, io),
    edition,
    faults: call.list('fault'),
    ...given({ nodes, speed, version, release }),
  })
  const show = { json: () => placesOf(emulator), print: () => printPlaces(emulator, titles[edition], io) }
  await keepUntilInterrupted(emulator, show, call, io)
  return exitCodes.clean
}

function placesOf(emulator: StackatoEmulator): Readonly<Record<string, unknown>> {
  return {
    directory: emulator.directory,
    inventory: emulator.inventoryFile,
    ssh_config: emulator.sshConfigFile,
    identity: emulator.identityFile,
    known_hosts: emulator.knownHostsFile,
    api: emulator.apiUrl,
    state: emulator.stateFile,
    effects: emulator.effectsFile,
    commands: emulator.commandsFile,
    hosts: emulator.hosts,
  }
}

function printPlaces(emulator: StackatoEmulator, title: string, io: CliIo): void {
  const style = makeStyle(io.colour)
  const short = (path: string): string => shortPath(path, io.cwd)
  const count = emulator.hosts.length
  say(io, style.bold(`An emulated ${title} cluster of ${count} nodes is running.`))
  say(io)
  const columns = [{ title: 'Node' }, { title: 'Address' }, { title: 'SSH port' }, { title: 'Roles', wraps: true }]
  const rows = emulator.hosts.map((host) => [host.name, host.address, String(host.port), host.roles.join(', ')])
  io.stdout.write(renderTable(columns, rows, io))
  const places = [
    ['Inventory', short(emulator.inventoryFile)],
    ['Log in', `ssh -F ${short(emulator.sshConfigFile)} ${emulator.hosts[0]?.name ?? ''}`],
    ['Web', emulator.apiUrl],
    ['State', short(emulator.stateFile)],
    ['Every effect', short(emulator.effectsFile)],
  ] as const
  sayPlaces(places, io)
}
