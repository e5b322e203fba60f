import { type CatoEmulator, faultDefinitions, startCatoEmulator } from '../app/cato-emulator.ts'
import { type CommandRun, exitCodes } from './command.ts'
import {
  directoryOf,
  given,
  instantOf,
  keepUntilInterrupted,
  listFaults,
  numberOf,
  sayPlaces,
} from './emulator-call.ts'
import { type CliIo, say } from './io.ts'
import { makeStyle } from './style.ts'
import { renderTable } from './table.ts'
import { shortPath } from './terminal-text.ts'

/** `rollbook emulate cato`: an account with a fleet of Sockets to practise on, until Ctrl-C. */
export const emulateCato: CommandRun = async (call, io) => {
  if (call.flag('faults')) {
    listFaults(faultDefinitions, call, io)
    return exitCodes.clean
  }
  const sites = numberOf(call, 'sites')
  const speed = numberOf(call, 'speed')
  const installed = call.text('installed')
  const release = call.text('release')
  const startAt = instantOf(call)
  const emulator = await startCatoEmulator({
    directory: directoryOf(call, io),
    faults: call.list('fault'),
    zones: call.list('zone'),
    sharedClock: call.flag('shared-clock'),
    ...given({ sites, speed, installed, release, startAt }),
  })
  const show = { json: () => placesOf(emulator), print: () => printPlaces(emulator, io) }
  await keepUntilInterrupted(emulator, show, call, io)
  return exitCodes.clean
}

function placesOf(emulator: CatoEmulator): Readonly<Record<string, unknown>> {
  return {
    directory: emulator.directory,
    inventory: emulator.inventoryFile,
    table: emulator.tableFile,
    table_inventory: emulator.tableInventoryFile,
    api: emulator.apiUrl,
    account: emulator.accountId,
    api_key_file: emulator.tokenFile,
    ca_file: emulator.caFile,
    state: emulator.stateFile,
    effects: emulator.effectsFile,
    speed: emulator.speed,
  }
}

function printPlaces(emulator: CatoEmulator, io: CliIo): void {
  const style = makeStyle(io.colour)
  const short = (path: string): string => shortPath(path, io.cwd)
  const { sites } = emulator.state()
  const sockets = sites.flatMap((site) => site.sockets)
  say(io, style.bold(`An emulated Cato account with ${sites.length} sites and ${sockets.length} Sockets is running.`))
  say(io)
  const zones = [...new Set(sites.map((site) => site.time_zone))].map((zone) => {
    const own = sites.filter((site) => site.time_zone === zone)
    const count = own.reduce((sum, site) => sum + site.sockets.length, 0)
    return [zone, String(own.length), String(own.filter((site) => site.ha).length), String(count)]
  })
  zones.sort((a, b) => Number(b[1]) - Number(a[1]))
  const columns = [{ title: 'Time zone' }, { title: 'Sites' }, { title: 'HA' }, { title: 'Sockets' }]
  io.stdout.write(renderTable(columns, zones, io))
  const places = [
    ['Inventory', short(emulator.inventoryFile)],
    ['As a table', short(emulator.tableInventoryFile)],
    ['API', emulator.apiUrl],
    ['API key', short(emulator.tokenFile)],
    ['Authority', short(emulator.caFile)],
    ['State', short(emulator.stateFile)],
    ['Every effect', short(emulator.effectsFile)],
  ] as const
  sayPlaces(places, io)
}
