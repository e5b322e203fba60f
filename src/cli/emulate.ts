import { join, relative } from 'node:path'
import { faultDefinitions, type StackatoEmulator, startStackatoEmulator } from '../app/stackato-emulator.ts'
import { UsageError } from '../base/error.ts'
import { type CommandCall, type CommandRun, exitCodes } from './command.ts'
import { type CliIo, note, say } from './io.ts'
import { makeStyle } from './style.ts'
import { renderTable } from './table.ts'

/** `rollbook emulate SYSTEM`: a system to practise on, until Ctrl-C. */
export const emulate: CommandRun = async (call, io) => {
  const system = call.positionals[0] ?? ''
  if (system !== 'stackato') {
    throw new UsageError('EMULATOR_UNKNOWN', `there is no emulator of "${system}"`, { hint: 'There is stackato.' })
  }
  if (call.flag('faults')) {
    listFaults(call, io)
    return exitCodes.clean
  }
  const nodes = numberOf(call, 'nodes')
  const speed = numberOf(call, 'speed')
  const version = call.text('installed')
  const release = call.text('release')
  const emulator = await startStackatoEmulator({
    directory: join(io.cwd, call.text('directory') ?? ''),
    faults: call.list('fault'),
    ...(nodes === undefined ? {} : { nodes }),
    ...(speed === undefined ? {} : { speed }),
    ...(version === undefined ? {} : { version }),
    ...(release === undefined ? {} : { release }),
  })
  try {
    if (call.flag('json')) say(io, JSON.stringify(placesOf(emulator)))
    else printPlaces(emulator, io)
    await interrupted(io)
    note(io, 'Stopping the emulator …')
  } finally {
    await emulator.close()
  }
  return exitCodes.clean
}

function numberOf(call: CommandCall, option: string): number | undefined {
  const text = call.text(option)
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  throw new UsageError('OPTION_VALUE_UNKNOWN', `option --${option} needs a number, and "${text}" is none`)
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

function printPlaces(emulator: StackatoEmulator, io: CliIo): void {
  const style = makeStyle(io.colour)
  const short = (path: string): string => {
    const shown = relative(io.cwd, path)
    return shown.startsWith('..') ? path : shown
  }
  const count = emulator.hosts.length
  say(io, style.bold(`An emulated Helion Stackato cluster of ${count} nodes is running.`))
  say(io)
  const columns = [{ title: 'Node' }, { title: 'Address' }, { title: 'SSH port' }, { title: 'Roles', wraps: true }]
  const rows = emulator.hosts.map((host) => [host.name, host.address, String(host.port), host.roles.join(', ')])
  io.stdout.write(renderTable(columns, rows, io))
  say(io)
  const places = [
    ['Inventory', short(emulator.inventoryFile)],
    ['Log in', `ssh -F ${short(emulator.sshConfigFile)} ${emulator.hosts[0]?.name ?? ''}`],
    ['Web', emulator.apiUrl],
    ['State', short(emulator.stateFile)],
    ['Every effect', short(emulator.effectsFile)],
  ] as const
  for (const [title, place] of places) say(io, `${style.dim(title.padEnd(13))} ${place}`)
  say(io)
  say(io, 'Ctrl-C stops it.')
}

function listFaults(call: CommandCall, io: CliIo): void {
  if (call.flag('json')) {
    say(io, JSON.stringify({ faults: faultDefinitions }))
    return
  }
  const columns = [{ title: 'Fault' }, { title: 'When', wraps: true }, { title: 'What happens', wraps: true }]
  const rows = faultDefinitions.map((fault) => [`${fault.name}${fault.parameters}`, fault.when, fault.what])
  io.stdout.write(renderTable(columns, rows, io))
}

function interrupted(io: CliIo): Promise<void> {
  return new Promise((resolve) => {
    const remove = io.onInterrupt(() => {
      remove()
      resolve()
    })
  })
}
