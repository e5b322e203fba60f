import { enterNode, holdsClusterKey } from './access.ts'
import { type EmulatedNode, memoryFreeMb, nodeByAddress } from './cluster.ts'
import { logged } from './kato.ts'
import { logEffect } from './kato-nodes.ts'
import { readOptions } from './options.ts'
import { hasProxy } from './public-network.ts'
import { seconds } from './timing.ts'
import type { KatoCall, KatoCommand } from './world.ts'

/** Programs of the emulated hosts besides `kato`, by name. */
export const hostTools: Readonly<Record<string, KatoCommand>> = {
  df,
  free,
  vmstat,
  hostname: async (call) => {
    call.out(call.here.name)
    return 0
  },
  curl,
  nc,
  ssh: innerSsh,
  service: async (call, [name, verb]) => service(call, name, verb),
  systemctl: async (call, [verb, name]) => service(call, name, verb),
  stackato,
}

const gb = 1e9

/** Free space below /mnt stands for an external file system that the administrator mounted there. */
const externalGb = { total: 200, free: 180 } as const

async function df(call: KatoCall, args: readonly string[]): Promise<number> {
  const { flags, values, rest } = readOptions(args, {
    flags: {
      P: ['-P', '--portability', '-Pk', '-kP', '-Ph'],
      k: ['-k'],
      m: ['-m'],
      h: ['-h'],
      B1: ['-B1', '-PB1'],
      l: ['-l'],
    },
    values: { block: ['-B', '--block-size'], output: ['--output'] },
  })
  const unit = unitOf(flags, values['block'])
  const root = call.world.sandbox(call.here.name).root
  const external = rest.some((path) => path.replace(root, '').startsWith('/mnt'))
  const total = external ? externalGb.total : call.here.disk_total_gb
  const free = external ? externalGb.free : call.here.disk_free_gb
  const size = (value: number): string =>
    unit === 0 ? `${value.toFixed(1)}G` : String(Math.floor((value * gb) / unit))
  const used = total - free
  const columns: Readonly<Record<string, readonly [string, string]>> = {
    source: ['Filesystem', external ? '/dev/vdb1' : '/dev/vda1'],
    size: [unit === 0 ? 'Size' : `${unit}-blocks`.replace('1024-blocks', '1024-blocks'), size(total)],
    used: ['Used', size(used)],
    avail: ['Avail', size(free)],
    pcent: ['Use%', `${Math.round((used / total) * 100)}%`],
    target: ['Mounted on', external ? '/mnt' : '/'],
  }
  const wanted = values['output']?.split(',') ?? Object.keys(columns)
  const shown = wanted.map((name) => columns[name]).filter((column) => column !== undefined)
  for (const row of [0, 1] as const)
    call.out(shown.map((column) => column[row].replace('Avail', 'Available')).join(' '))
  return 0
}

function unitOf(flags: ReadonlySet<string>, block: string | undefined): number {
  if (flags.has('h')) return 0
  if (flags.has('m')) return 1024 ** 2
  if (flags.has('B1') || block === '1') return 1
  return 1024
}

async function free(call: KatoCall, args: readonly string[]): Promise<number> {
  const unit = args.includes('-b') ? 1 : args.includes('-m') ? 1024 ** 2 : args.includes('-g') ? 1024 ** 3 : 1024
  const of = (mb: number): string => String(Math.floor((mb * 1024 ** 2) / unit)).padStart(12)
  const { memory_total_mb: total } = call.here
  const available = memoryFreeMb(call.here)
  call.out('               total        used        free      shared  buff/cache   available')
  call.out(`Mem:    ${of(total)}${of(total - available)}${of(available)}${of(0)}${of(0)}${of(available)}`)
  call.out(`Swap:   ${of(0)}${of(0)}${of(0)}`)
  return 0
}

async function vmstat(call: KatoCall): Promise<number> {
  call.out('procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----')
  call.out(' r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st')
  call.out(
    ` 1  0      0 ${Math.floor(memoryFreeMb(call.here) * 1024)}      0      0    0    0     0     0    0    0  2  1 97  0  0`,
  )
  return 0
}

/**
 * Says how the emulated network answers: undefined when the destination can be reached. Nothing leaves this machine.
 */
function networkProblem(call: KatoCall, host: string): 'resolve' | 'timeout' | undefined {
  const { faults, state } = call.world
  if (faults.find('destination-blocked', ([blocked]) => blocked === host)) return 'timeout'
  const inside = nodeByAddress(state, host)
  if (inside) return call.world.reachable(inside.name) ? undefined : 'timeout'
  if (!/^[a-z0-9.-]+\.[a-z]{2,}$/i.test(host) && !/^\d+(\.\d+){3}$/.test(host)) return 'resolve'
  if (faults.find('proxy-required') && !hasProxy(call)) return 'timeout'
  return undefined
}

/** Only as much of curl as checks need: does the destination answer? */
async function curl(call: KatoCall, args: readonly string[]): Promise<number> {
  const { values, rest } = readOptions(args, {
    flags: {
      quiet: [
        '-s',
        '-S',
        '-sS',
        '-f',
        '-fsS',
        '-fsSL',
        '-L',
        '-k',
        '-I',
        '-sSI',
        '-sSo',
        '--silent',
        '--show-error',
        '--head',
      ],
    },
    values: {
      output: ['-o', '--output'],
      write: ['-w', '--write-out'],
      connect: ['--connect-timeout'],
      max: ['-m', '--max-time'],
      proxy: ['-x', '--proxy'],
    },
  })
  const url = rest.find((word) => /^https?:\/\//.test(word)) ?? rest[0] ?? ''
  const host = url.replace(/^[a-z]+:\/\//, '').split(/[/:?]/)[0]!
  await call.pause(seconds.read)
  const problem = networkProblem(call, host)
  if (problem === 'resolve') {
    call.err(`curl: (6) Could not resolve host: ${host}`)
    return 6
  }
  if (problem === 'timeout') {
    call.err(`curl: (28) Connection to ${host} timed out after ${values['connect'] ?? '300'} seconds`)
    return 28
  }
  if (values['write']) call.raw(values['write'].replaceAll('%{http_code}', '200').replaceAll('\\n', '\n'))
  else if (values['output'] === undefined) call.out('emulated answer')
  return 0
}

async function nc(call: KatoCall, args: readonly string[]): Promise<number> {
  const { rest } = readOptions(args, { flags: { z: ['-z', '-zv', '-vz', '-v'] }, values: { wait: ['-w'] } })
  await call.pause(seconds.read)
  const problem = networkProblem(call, rest[0] ?? '')
  if (problem)
    call.err(
      `nc: connect to ${rest[0]} port ${rest[1]} failed: ${problem === 'resolve' ? 'name unknown' : 'timed out'}`,
    )
  return problem ? 1 : 0
}

/** Gives the folder of the other node to the `ssh` program, which goes on there. */
async function innerSsh(call: KatoCall, [address, batch]: readonly string[]): Promise<number> {
  const node: EmulatedNode | undefined = nodeByAddress(call.world.state, address ?? '')
  if (!node || !call.world.reachable(node.name)) {
    call.err(`ssh: connect to host ${address} port 22: ${node ? 'No route to host' : 'Name or service not known'}`)
    return 255
  }
  if (node !== call.here && batch === 'yes' && !holdsClusterKey(call.world, call.here)) {
    call.err(`stackato@${address}: Permission denied (publickey,password).`)
    return 255
  }
  const refusal = await enterNode(call, node, { sudo: false })
  if (refusal) {
    call.err(`ssh: ${refusal}`)
    return 255
  }
  call.out(call.world.sandbox(node.name).root)
  return 0
}

async function service(call: KatoCall, name: string | undefined, verb: string | undefined): Promise<number> {
  if (call.user !== 'root') {
    call.err(`${call.tool}: must be run as root`)
    return 1
  }
  return logged(call, `${call.tool} ${call.args.join(' ')}`, async () => {
    if (verb !== 'restart' || !name || !call.world.edition.serviceRestarted(call.world, call.here, name)) {
      call.err(`${name ?? ''}: unrecognized service`)
      return 1
    }
    await call.pause(seconds.service_restart)
    call.out(`${name} restarted`)
    return 0
  })
}

/** The client: lists and creates buildpacks. It counts as logged in. */
async function stackato(call: KatoCall, args: readonly string[]): Promise<number> {
  const { rest } = readOptions(args, { flags: { quiet: ['-n', '--no-prompt', '--non-interactive'] } })
  const [verb, name, source] = rest
  await call.pause(seconds.read)
  if (call.world.state.config['cloud_controller_ng']?.['maintenance_mode'] === true) {
    call.err('Error: the target is in maintenance mode (503)')
    return 1
  }
  if (verb === 'buildpacks') {
    for (const buildpack of call.world.state.buildpacks) call.out(`${buildpack.name.padEnd(24)} ${buildpack.source}`)
    return 0
  }
  if (verb === 'create-buildpack' && name && source) return createBuildpack(call, name, source)
  call.err(`Error: unknown command: stackato ${args.join(' ')}`)
  return 1
}

function createBuildpack(call: KatoCall, name: string, source: string): Promise<number> {
  return logged(call, `stackato create-buildpack ${name} ${source}`, async () => {
    const { state } = call.world
    if (state.buildpacks.some((buildpack) => buildpack.name === name)) {
      call.err(`Error: the buildpack ${name} exists`)
      return 1
    }
    await call.pause(seconds.buildpack)
    state.buildpacks.push({ name, source, custom: true })
    call.world.save()
    logEffect(call, 'file', `buildpack ${name} created`)
    call.out(`Created buildpack ${name}`)
    return 0
  })
}
