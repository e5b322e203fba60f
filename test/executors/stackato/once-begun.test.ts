import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { markerName } from '../../../src/executors/ssh/marker.ts'
import type { RemoteCommand, RemoteResult, Ssh } from '../../../src/ports/ssh.ts'
import { actionNamed, type StackatoCluster, startCluster } from '../../support/stackato-cluster.ts'

const rootOf = (cluster: StackatoCluster, node: string): string =>
  cluster.emulator.hosts.find((host) => host.name === node)!.root

/** Some commands of the node are answered here instead. */
function answering(ssh: Ssh, answer: (command: RemoteCommand) => Partial<RemoteResult> | undefined): Ssh {
  const nothing = { exitCode: 0, killedBy: null, stdout: new Uint8Array(), stderr: new Uint8Array(), truncated: false }
  return {
    ...ssh,
    session: async (address, signal) => {
      const session = await ssh.session(address, signal)
      return {
        ...session,
        exec: async (command) => {
          const given = answer(command)
          return given === undefined ? await session.exec(command) : { ...nothing, ...given }
        },
      }
    },
  }
}

const printed = (text: string): Partial<RemoteResult> => ({ stdout: new TextEncoder().encode(text) })
const asks = (command: RemoteCommand, words: string): boolean => command.argv.join(' ').endsWith(words)

describe('work that was begun is attached to, whatever would keep it from starting now', () => {
  it.each([
    ['helion', 'restart', {}],
    ['helion', 'node_upgrade', { to: '3.6.0' }],
    ['3.0', 'patch_install', {}],
    ['3.0', 'cache_prepare', {}],
    ['3.0', 'module_upgrade', { scope: 'cluster', to: '3.2.1' }],
  ] as const)('%s: %s', async (edition, action, args) => {
    const cluster = await startCluster({ edition, nodes: 3 })
    if (action === 'module_upgrade' || action === 'cache_prepare') await cluster.run('patch_install', 'core')
    const options = { effect: `run/${action}@core#1` }
    await cluster.run(action, 'core', args, options)
    const begun = cluster.effects('command', /^kato (restart|node upgrade|patch install)/)
    await cluster.emulator.inject('no-sudo:core')
    await cluster.run(action, 'core', args, options)
    expect(cluster.effects('command', /^kato (restart|node upgrade|patch install)/)).toBe(begun)
  })

  it('and its failure is not covered up by what is well meanwhile', async () => {
    const cluster = await startCluster({ edition: '3.0', nodes: 3 })
    const effect = 'run/fix@core#1'
    const marker = join(rootOf(cluster, 'core'), 'home/stackato/.rollbook/effects', markerName(effect))
    mkdirSync(marker, { recursive: true })
    for (const [name, content] of Object.entries({ pid: '1 boot 1', fence: '1', out: '', err: 'E: broken', exit: '1' }))
      writeFileSync(join(marker, name), `${content}\n`)
    expect(await cluster.run('fix_kato', 'core')).toMatchObject({ outputs: { fixed: false } })
    expect(await cluster.fail('fix_kato', 'core', {}, { effect })).toMatchObject({
      class: 'process',
      message: expect.stringContaining('broken'),
    })
  })
})

describe('patches', () => {
  it.each([
    ['All systems are green', /makes no sense/],
    ['3 updates available for this release. Details withheld.', /makes no sense/],
    ['3 updates are available\nrouter-tls: for the router\n', /makes no sense/],
  ])('that kato does not tell in words that we know are not taken for none: %s', async (text, message) => {
    const cluster = await startCluster({ edition: '3.0', nodes: 3 })
    const ssh = answering(cluster.ssh, (command) => (asks(command, 'kato patch status') ? printed(text) : undefined))
    const failure = await cluster.fail('patch_install', 'core', {}, { ssh })
    expect(failure).toMatchObject({ class: 'process', message: expect.stringMatching(message) })
  })
})

describe('passwordless sudo', () => {
  const password = 'stackato-password'
  const options = { secrets: { sudo: password } }
  const args = { password: { $secret: 'sudo' } }

  it('that was written and does not work is no missing precondition: the file is there', async () => {
    const cluster = await startCluster({ nodes: 3, faults: ['no-sudo'], password })
    const ssh = answering(cluster.ssh, (command) => (asks(command, 'sudo -n true') ? { exitCode: 1 } : undefined))
    const failure = await cluster.fail('sudo_grant', 'core', args, { ...options, ssh })
    expect(failure).toMatchObject({ class: 'unhealthy', notApplied: false, outputs: { granted: true } })
    expect(existsSync(join(rootOf(cluster, 'core'), 'etc/sudoers.d/rollbook-stackato'))).toBe(true)
  })

  it('that visudo refuses leaves no draft', async () => {
    const cluster = await startCluster({ nodes: 3, faults: ['no-sudo'], password })
    writeFileSync(
      join(rootOf(cluster, 'core'), 'usr/bin/visudo'),
      '#!/bin/sh\necho ">>> syntax error <<<" >&2; exit 1\n',
    )
    expect(await cluster.fail('sudo_grant', 'core', args, options)).toMatchObject({ class: 'process' })
    expect(readdirSync(join(rootOf(cluster, 'core'), 'etc/sudoers.d'))).toEqual([])
  })

  it('without a password is asked for, and a rule that cannot be removed is told as what it is', async () => {
    const cluster = await startCluster({ nodes: 3 })
    mkdirSync(join(rootOf(cluster, 'core'), 'etc/sudoers.d/rollbook-stackato'))
    const failure = await cluster.fail('sudo_revoke', 'core')
    expect(failure).toMatchObject({ class: 'process', notApplied: false })
    expect(failure.message).not.toContain('password')
    await cluster.emulator.inject('no-sudo:dea-1')
    expect(await cluster.fail('sudo_grant', 'dea-1')).toMatchObject({
      class: 'not_ready',
      message: expect.stringContaining('none was given'),
    })
  })

  it('by a rule of the administrator is not claimed by the probe', async () => {
    const cluster = await startCluster({ nodes: 3 })
    expect(await cluster.probe('sudo_grant', 'core', args, options)).toMatchObject({
      state: 'applied',
      outputs: { granted: false },
    })
  })
})

describe('saved files', () => {
  it('of an earlier run are not taken for those of this step', async () => {
    const cluster = await startCluster({ nodes: 3 })
    await cluster.run('customisations_save', 'core', {}, { effect: 'january/save@core#1' })
    const probe = (effect: string) => cluster.probe('customisations_save', 'core', {}, { effect })
    expect(await probe('january/save@core#1')).toMatchObject({ state: 'applied' })
    expect(await probe('june/save@core#1')).toMatchObject({ state: 'not_applied' })
    await cluster.run('customisations_save', 'core', {}, { effect: 'june/save@core#1' })
    expect(await probe('june/save@core#1')).toMatchObject({ state: 'applied' })
  })
})

describe('the folder of the cache', () => {
  it.each(["/mnt/R&D's|cache", '/mnt/a b#c', '/mnt/back\\slash'])('goes back to %s by an undo', async (before) => {
    const cluster = await startCluster({ nodes: 3 })
    const file = join(rootOf(cluster, 'core'), 's/code/sentinel/daemon/config/config.yml')
    const others = readFileSync(file, 'utf8').replace(/^cache_dir:.*\n/m, '')
    const line = `cache_dir: '${before.replaceAll("'", "''")}' # by hand\n`
    writeFileSync(file, `${others}${line}`)
    mkdirSync(join(rootOf(cluster, 'core'), 'mnt/upgrade'), { recursive: true })
    const moved = await cluster.run('cache_dir', 'core', { directory: '/mnt/upgrade' })
    expect(moved.outputs).toEqual({ directory: '/mnt/upgrade', before })
    await actionNamed('cache_dir').undo!(cluster.context('core'), { directory: '/mnt/upgrade' }, moved.outputs)
    expect(readFileSync(file, 'utf8')).toBe(`${others}${line.replace(' # by hand', '')}`)
  })
})

describe('destinations behind a proxy', () => {
  it.each([
    [56, 'curl: (56) Received HTTP code 403 from proxy after CONNECT', false],
    [56, 'curl: (56) CONNECT tunnel failed, response 407', false],
    [97, "curl: (97) Can't complete SOCKS5 connection", false],
    [56, 'curl: (56) Recv failure: Connection reset by peer', true],
    [60, 'curl: (60) SSL certificate problem', true],
  ])('curl %i, %s: reached is %s', async (exitCode, words, isReached) => {
    const cluster = await startCluster({ nodes: 3 })
    const ssh = answering(cluster.ssh, ({ argv }) =>
      argv.includes('curl') ? { exitCode, stderr: new TextEncoder().encode(words) } : undefined,
    )
    const asking = cluster.run('destinations_reachable', 'core', { destinations: ['a.example.org:443'] }, { ssh })
    const outputs = await asking.then(
      (result) => result.outputs,
      (failure: { outputs: object }) => failure.outputs,
    )
    expect(outputs).toMatchObject({ reached: isReached ? ['a.example.org:443'] : [] })
  })
})
