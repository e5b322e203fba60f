import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { noHosts, onHosts, useDebianHosts } from '../../support/debian-hosts.ts'

const agent = 'emulated-recording-agent'

describe.skipIf(noHosts)(onHosts('services, signatures and backups on real Debian hosts'), () => {
  const lab = useDebianHosts({ agents: 8 })
  const rootOf = (name: string): string => lab.emulator.hosts.find((host) => host.name === name)!.root

  it('restarts a service: another process answers afterwards', async () => {
    const host = lab.fresh()
    const pid = (): Promise<string> => lab.sh(host, `cat /run/${agent}.pid`)
    const before = await pid()
    expect(await lab.dryRun('service_restart', host, { service: agent })).toMatchObject({ coverage: 'simulated' })
    expect(await pid()).toBe(before)
    expect(await lab.run('service_restart', host, { service: agent, stable_for: '1s' })).toMatchObject({
      changed: true,
      outputs: { service: agent, manager: 'sysv' },
    })
    expect(await pid()).not.toBe(before)
  })

  it('calls a service unhealthy that does not come up, and refuses one that is not there', async () => {
    const host = lab.fresh()
    await lab.emulator.inject(`service-dies:${host}`)
    expect(await lab.fail('service_restart', host, { service: agent, comes_up_within: '1s' })).toMatchObject({
      class: 'unhealthy',
    })
    expect(await lab.fail('service_restart', host, { service: 'no-such-service' })).toMatchObject({
      class: 'refused',
      notApplied: true,
    })
  })

  it('does not wait for a service that keeps its output open, and does not end it', async () => {
    const host = lab.fresh()
    const script = '#!/bin/sh\ncase $1 in restart) sleep 600 & echo $! >/run/clumsy.pid ;; esac\nexit 0\n'
    writeFileSync(join(rootOf(host), 'etc/init.d/clumsy'), script, { mode: 0o755 })
    const args = { service: 'clumsy', stable_for: '200ms' }
    await lab.run('service_restart', host, args, { deadlineMs: 30_000 })
    expect((await lab.sh(host, 'kill "$(cat /run/clumsy.pid)" && echo ran')).trim()).toBe('ran')
  })

  it('says nothing of a restart whose end it cannot tell', async () => {
    const host = lab.fresh()
    const script = '#!/bin/sh\n[ "$1" = restart ] && kill -s QUIT "$PPID"\nexit 1\n'
    writeFileSync(join(rootOf(host), 'etc/init.d/rude'), script, { mode: 0o755 })
    expect(await lab.fail('service_restart', host, { service: 'rude' })).toMatchObject({ notApplied: false })
  })

  it('verifies the release that was downloaded, and its key', async () => {
    const host = lab.fresh()
    const root = rootOf(host)
    const { archiveFile, signatureFile, keyFile, fingerprint } = lab.emulator
    for (const [from, to] of [
      [archiveFile, 'srv/release.mirror'],
      [signatureFile, 'srv/release.mirror.asc'],
      [keyFile, 'srv/key.asc'],
    ] as const) {
      execFileSync('cp', [from, join(root, to)])
    }
    const args = { file: '/srv/release.mirror', signature: '/srv/release.mirror.asc', keyring: '/srv/key.asc' }
    const result = await lab.run('verify_signature', host, { ...args, fingerprints: [fingerprint] })
    expect(result).toMatchObject({
      changed: false,
      summary: expect.stringContaining('repository@cleanroom.example'),
      outputs: { fingerprint },
    })
    expect(result.outputs['sha256']).toBe((await lab.sh(host, 'sha256sum /srv/release.mirror')).slice(0, 64))
    expect(await lab.fail('verify_signature', host, { ...args, fingerprints: ['A'.repeat(40)] })).toMatchObject({
      class: 'refused',
    })
    writeFileSync(join(root, 'srv/release.mirror'), 'something else')
    expect(await lab.fail('verify_signature', host, args)).toMatchObject({
      class: 'refused',
      message: expect.stringContaining('changed after it was signed'),
    })
    expect(await lab.fail('verify_signature', host, { ...args, file: '/srv/nothing' })).toMatchObject({
      class: 'not_ready',
    })
  })

  it('verifies a list with its signature around it, and tells an unknown key', async () => {
    const host = lab.fresh()
    await lab.run('update_lists', host)
    const file = await lab.sh(host, 'ls /var/lib/apt/lists/product*InRelease')
    const keyring = '/etc/apt/keyrings/emulated-cleanroom.asc'
    await lab.run('verify_signature', host, { file, keyring })
    await lab.emulator.inject('signature-unknown-key:debian')
    await lab.sh(
      host,
      `apt-get update -q >/dev/null 2>&1; cp /var/lib/apt/lists/partial/mirror*InRelease /srv/list || true`,
    )
    await lab.emulator.clear('signature-unknown-key:debian')
    const failure = await lab.fail('verify_signature', host, { file: '/srv/list', keyring })
    expect(failure).toMatchObject({ class: 'refused', message: expect.stringContaining('not in the keyring') })
  })

  it('CLR-11 backs up files, an external database and the list of packages, whole or not at all', async () => {
    const host = lab.fresh()
    const args = {
      name: 'before-4.6',
      paths: ['/etc/emulated-cleanroom', '/opt/emulated-cleanroom'],
      dumps: [{ name: "it's.sql", command: ['printf', '%s\\n', "insert into t values ('a b');", '$PASSWORD'] }].map(
        (dump) => ({ ...dump, name: 'external.sql' }),
      ),
      env: { PGPASSWORD: { $secret: 'database_password' } },
    }
    const secrets = { database_password: 'a-secret-of-the-database' }
    expect(await lab.dryRun('backup', host, args)).toMatchObject({ coverage: 'simulated' })
    const effect = 'backup@host#1'
    expect(await lab.probe('backup', host, args, { effect })).toMatchObject({ state: 'not_applied' })
    const result = await lab.run('backup', host, args, { effect, secrets })
    const file = '/var/backups/rollbook/before-4.6.tar.gz'
    expect(result.outputs).toMatchObject({ file, sha256: (await lab.sh(host, `sha256sum ${file}`)).slice(0, 64) })
    const names = (await lab.sh(host, `tar -tzf ${file}`)).split('\n')
    expect(names).toEqual(
      expect.arrayContaining([
        'rollbook-backup/external.sql',
        'rollbook-backup/packages.tsv',
        'rollbook-backup/selections',
        'etc/emulated-cleanroom/recording-agent.conf',
        'opt/emulated-cleanroom/recording-agent/version',
      ]),
    )
    expect(result.outputs['entries']).toBe(names.length)
    expect(await lab.sh(host, `tar -xzOf ${file} rollbook-backup/external.sql`)).toBe(
      "insert into t values ('a b');\n$PASSWORD",
    )
    expect(await lab.sh(host, `tar -xzOf ${file} rollbook-backup/packages.tsv`)).toContain(`${agent}\t4.5.2-1\tii`)
    expect(await lab.sh(host, `stat -c %a ${file}`)).toBe('600')
    expect(await lab.probe('backup', host, args, { effect })).toMatchObject({
      state: 'applied',
      outputs: result.outputs,
    })
    // A damaged archive is no archive.
    await lab.sh(host, `echo x >>${file}`)
    expect(await lab.probe('backup', host, args, { effect })).toMatchObject({ state: 'not_applied' })
  })

  it('refuses half a backup', async () => {
    const host = lab.fresh()
    const listing = 'ls -A /var/backups/rollbook 2>/dev/null || true'
    expect(await lab.fail('backup', host, { name: 'x', paths: ['/no/such/folder'] })).toMatchObject({
      class: 'not_ready',
      notApplied: true,
    })
    const dumps = [{ name: 'db.sql', command: ['sh', '-c', 'echo half; exit 3'] }]
    const failure = await lab.fail('backup', host, { name: 'x', dumps })
    expect(failure).toMatchObject({ class: 'process', notApplied: false })
    expect(failure.message).toContain('the dump db.sql failed with exit code 3')
    expect(await lab.fail('backup', host, { name: 'x', dumps: [{ name: 'db.sql', command: ['true'] }] })).toMatchObject(
      {
        class: 'process',
        message: expect.stringContaining('is empty'),
      },
    )
    expect(await lab.sh(host, listing)).toBe('')
    await lab.emulator.inject(`disk-full:${host}:opt`)
    expect(await lab.fail('backup', host, { name: 'x', folder: '/opt/backup', paths: ['/etc'] })).toMatchObject({
      class: 'not_ready',
      notApplied: true,
      message: expect.stringContaining('KiB free'),
    })
  })
})
