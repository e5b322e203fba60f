import { type AviatrixEmulator, faultDefinitions, startAviatrixEmulator } from '../app/aviatrix-emulator.ts'
import { UsageError } from '../base/error.ts'
import { type CommandCall, type CommandRun, exitCodes } from './command.ts'
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

/** `rollbook emulate aviatrix`: a controller with its gateways to practise on, until Ctrl-C. */
export const emulateAviatrix: CommandRun = async (call, io) => {
  if (call.flag('faults')) {
    listFaults(faultDefinitions, call, io)
    return exitCodes.clean
  }
  const gateways = numberOf(call, 'gateways')
  const speed = numberOf(call, 'speed')
  const installed = call.text('installed')
  const previous = call.text('previous')
  const release = call.text('release')
  const generation = generationOf(call)
  const startAt = instantOf(call)
  const emulator = await startAviatrixEmulator({
    directory: directoryOf(call, io),
    faults: call.list('fault'),
    sharedClock: call.flag('shared-clock'),
    ...given({ gateways, speed, installed, previous, release, generation, startAt }),
  })
  const show = { json: () => placesOf(emulator), print: () => printPlaces(emulator, io) }
  await keepUntilInterrupted(emulator, show, call, io)
  return exitCodes.clean
}

function generationOf(call: CommandCall): 0 | 1 | 2 | 3 | undefined {
  const value = numberOf(call, 'generation')
  if (value === undefined || value === 0 || value === 1 || value === 2 || value === 3) return value
  throw new UsageError('OPTION_VALUE_UNKNOWN', `option --generation knows no ${value}`, {
    hint: 'Give 0, 1, 2 or 3, or leave it out: the installed release tells.',
  })
}

function placesOf(emulator: AviatrixEmulator): Readonly<Record<string, unknown>> {
  return {
    directory: emulator.directory,
    inventory: emulator.inventoryFile,
    controller: emulator.address,
    username: emulator.username,
    password_file: emulator.passwordFile,
    ca_file: emulator.caFile,
    bucket: emulator.bucketFolder,
    state: emulator.stateFile,
    effects: emulator.effectsFile,
    speed: emulator.speed,
  }
}

function printPlaces(emulator: AviatrixEmulator, io: CliIo): void {
  const style = makeStyle(io.colour)
  const short = (path: string): string => shortPath(path, io.cwd)
  const { gateways, controller, releases } = emulator.state()
  say(io, style.bold(`An emulated Aviatrix controller with ${gateways.length} gateways is running.`))
  say(io, `It runs ${controller.version}; the newest release is ${releases.at(-1)}.`)
  if (controller.previous_version !== '') {
    const images = [...new Set(gateways.map((each) => each.image))].sort()
    say(io, `Before, it ran ${controller.previous_version}; the gateways are still built from ${images.join(', ')}.`)
  }
  say(io)
  const regions = [...new Set(gateways.map((each) => each.region))].map((region) => {
    const own = gateways.filter((each) => each.region === region)
    const count = (kind: string): string => String(own.filter((each) => each.kind === kind).length)
    const pairs = own.filter((each) => each.role === 'secondary').length
    return [region, own[0]!.account, count('transit'), count('spoke'), count('standalone'), String(pairs)]
  })
  const titles = ['Region', 'Account', 'Transit', 'Spoke', 'Standalone', 'HA pairs']
  io.stdout.write(
    renderTable(
      titles.map((title) => ({ title })),
      regions,
      io,
    ),
  )
  const places = [
    ['Inventory', short(emulator.inventoryFile)],
    ['Controller', emulator.address],
    ['Password', `${short(emulator.passwordFile)} (user ${emulator.username})`],
    ['Authority', short(emulator.caFile)],
    ['Backups', short(emulator.bucketFolder)],
    ['State', short(emulator.stateFile)],
    ['Every effect', short(emulator.effectsFile)],
  ] as const
  sayPlaces(places, io)
}
