import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { enterNode } from './access.ts'
import { memoryFreeMb } from './cluster.ts'
import { logEffect } from './kato-nodes.ts'
import { readOptions } from './options.ts'
import { seconds } from './timing.ts'
import type { KatoCall, KatoEntry } from './world.ts'

export const dataCommands: Readonly<Record<string, KatoEntry>> = {
  'data export': { effect: true, run: dataExport },
  inspect: { effect: false, run: inspect },
}

const scopes = {
  flags: { cluster: ['--cluster'], 'only-this-node': ['--only-this-node'], manual: ['--manual'] },
} as const

/** Writes a real archive with what the cluster holds; only on a node with the filesystem role. */
async function dataExport(call: KatoCall, args: readonly string[]): Promise<number> {
  const { flags, rest, problem } = readOptions(args, scopes)
  if (problem) return fail(call, problem)
  if (flags.size !== 1) return fail(call, 'choose one of --cluster, --only-this-node, --manual')
  const { world, here } = call
  if (!here.roles.includes('filesystem')) return fail(call, 'run this on the node with the filesystem role')
  for (const node of flags.has('cluster') ? world.state.nodes : [here]) {
    const refusal = await enterNode(call, node, { sudo: false })
    if (refusal) return fail(call, refusal)
  }
  const sandbox = world.sandbox(here.name)
  const file = resolve(call.cwd, rest[0] ?? join(sandbox.home, 'stackato-export.tgz'))
  const staging = join(sandbox.root, 'tmp', `export-${process.hrtime.bigint()}`, 'stackato-export')
  call.out(`Exporting data to ${file}`)
  try {
    for (const [name, content] of exportParts(call)) {
      await call.pause(seconds.data_export / 4)
      mkdirSync(staging, { recursive: true })
      writeFileSync(join(staging, name), content)
      call.out(`  ${name}`)
      if (world.faults.take('export-fails'))
        return fail(call, 'the export of users failed: connection to the database lost')
    }
    await promisify(execFile)('tar', ['-czf', `${file}.part`, '-C', join(staging, '..'), 'stackato-export'])
    await promisify(execFile)('mv', [`${file}.part`, file])
  } finally {
    rmSync(join(staging, '..'), { recursive: true, force: true })
  }
  logEffect(call, 'file', `data exported to ${file}`, { bytes: statSync(file).size })
  call.out(`Exported ${statSync(file).size} bytes`)
  return 0
}

function exportParts(call: KatoCall): readonly (readonly [string, string])[] {
  const { state } = call.world
  return [
    [
      'users.json',
      JSON.stringify(
        [
          { name: 'admin', admin: true },
          { name: 'developer', admin: false },
        ],
        null,
        2,
      ),
    ],
    ['apps.json', JSON.stringify(state.apps, null, 2)],
    [
      'services.json',
      JSON.stringify(
        state.nodes.flatMap((node) => node.roles.map((role) => [node.name, role])),
        null,
        2,
      ),
    ],
    ['config.json', JSON.stringify(state.config, null, 2)],
  ]
}

async function inspect(call: KatoCall, args: readonly string[]): Promise<number> {
  const { rest } = readOptions(args, { flags: { verbose: ['-v', '--verbose'] } })
  const { world, here } = call
  const tests: readonly (readonly [string, boolean])[] = [
    ['processes', here.processes.every((process) => process.state === 'RUNNING' || process.state === 'STOPPED')],
    ['disk', here.disk_free_gb > 1],
    ['memory', memoryFreeMb(here) > 100],
    ['cluster connection', world.state.nodes.every((node) => world.reachable(node.name))],
  ]
  if (rest[0] === 'list') {
    for (const [name] of tests) call.out(name)
    return 0
  }
  await call.pause(seconds.inspect)
  for (const [name, good] of tests) call.out(`${name}: ${good ? 'OK' : 'FAILED'}`)
  return tests.every(([, good]) => good) ? 0 : 1
}

function fail(call: KatoCall, text: string): number {
  call.err(`ERROR: ${text}`)
  return 1
}
