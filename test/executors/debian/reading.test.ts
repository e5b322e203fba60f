/** What apt, dpkg and gpgv print, in the layouts of several versions, and what is made of it. Pure. */
import { describe, expect, it, test } from 'vitest'
import { upstreamOf } from '../../../src/executors/debian/actions/installed-version.ts'
import { readFlows } from '../../../src/executors/debian/actions/repository-reachable.ts'
import { readStatus } from '../../../src/executors/debian/actions/verify-signature.ts'
import { lockedExit } from '../../../src/executors/debian/apt-command.ts'
import { aptFailure, classifyApt, hasBegun, hasFetched } from '../../../src/executors/debian/apt-failure.ts'
import { wantedPackages } from '../../../src/executors/debian/arguments.ts'
import {
  changeWords,
  isInstalled,
  readKeptBack,
  readSimulation,
  readStates,
  readUris,
  unfinishedWords,
} from '../../../src/executors/debian/package-state.ts'
import { readTold } from '../../../src/executors/debian/package-work.ts'
import { makeContext } from '../../support/action-context.ts'
import { actionNamed } from '../../support/debian-hosts.ts'

describe('states', () => {
  test.each([
    ['ii', true, undefined],
    ['hi', true, undefined],
    ['iF', false, 'half configured'],
    ['iU', false, 'unpacked, not configured'],
    ['iH', false, 'half installed'],
    ['iHR', false, 'half installed, has to be installed again'],
    ['iW', false, 'waiting for triggers'],
    ['it', false, 'triggers pending'],
    ['rc', false, undefined],
    ['un', false, undefined],
  ])('%s', (abbreviation, installed, words) => {
    const state = { name: 'a', version: '1', abbreviation }
    expect(isInstalled(state)).toBe(installed)
    expect(unfinishedWords(state)).toBe(words)
  })

  it('reads lines of dpkg-query and passes over others', () => {
    expect(readStates('a\t1:2-3\tii \nlibc6:i386\t2.36\thi \n\nnonsense\n')).toEqual([
      { name: 'a', version: '1:2-3', abbreviation: 'ii' },
      { name: 'libc6:i386', version: '2.36', abbreviation: 'hi' },
    ])
    expect(isInstalled(undefined)).toBe(false)
  })
})

it('reads a simulation: new, newer and gone', () => {
  const text = `Inst a [1] (2 Debian:12/stable [amd64]) []
Inst b (3 Debian:12/stable [all])
Remv c [4]
Conf a (2 Debian:12/stable [amd64])`
  const changes = readSimulation(text)
  expect(changes).toEqual([
    { package: 'a', from: '1', to: '2' },
    { package: 'b', from: '', to: '3' },
    { package: 'c', from: '4', to: '' },
  ])
  expect(changeWords(changes)).toBe('a 1 to 2, b 3 (new), c removed')
  expect(changeWords([...changes, ...changes])).toContain('and 2 more')
})

it('reads what was kept back, and what is still to be fetched', () => {
  expect(readKeptBack('The following packages have been kept back:\n  a b\n  c\nThe following …')).toEqual([
    'a',
    'b',
    'c',
  ])
  expect(readKeptBack('0 upgraded')).toEqual([])
  expect(readUris(`Reading…\n'http://x/a_1%3a2_all.deb' a_1%3a2_all.deb 123 SHA256:00\n`)).toEqual([
    { url: 'http://x/a_1%3a2_all.deb', file: 'a_1%3a2_all.deb', bytes: 123 },
  ])
})

it('reads what has changed, and what was only finished', () => {
  const stdout = `Setting up a (2) ...
rollbook-was a 1 ii
rollbook-was c 4 ii
rollbook-was d 5 iF
rollbook-is a 2 ii
rollbook-is b 3 ii
rollbook-is c 4 rc
rollbook-is d 5 ii`
  expect(readTold(stdout).finished).toEqual(['d'])
  expect(readTold(stdout).changes).toEqual([
    { package: 'a', from: '1', to: '2' },
    { package: 'c', from: '4', to: '' },
    { package: 'b', from: '', to: '3' },
  ])
})

describe('failures', () => {
  test.each([
    ['E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)', 'refused'],
    ['E: Held packages were changed and -y was used without --allow-change-held-packages.', 'refused'],
    ['E: Packages need to be removed but remove is disabled.', 'refused'],
    ['E: Packages were downgraded and -y was used without --allow-downgrades.', 'refused'],
    ["W: GPG error: http://x InRelease: The following signatures couldn't be verified … NO_PUBKEY 0123", 'refused'],
    ['W: GPG error: http://x InRelease: The following signatures were invalid: BADSIG 0123 A', 'refused'],
    [
      'Err:1 http://x InRelease\n  Sub-process /usr/bin/sqv returned an error code (1), error message is: Missing key 0123456789ABCDEF',
      'refused',
    ],
    ["E: The repository 'http://x stable InRelease' is not signed.", 'refused'],
    ['E: Release file for http://x/InRelease is expired (invalid since 1d).', 'refused'],
    ['E: Failed to fetch http://x/a.deb  Hash Sum mismatch', 'refused'],
    ["E: You don't have enough free space in /var/cache/apt/archives/.", 'not_ready'],
    ['E: Failed to fetch http://x/a.deb  404  Not Found [IP: 127.0.0.1 80]', 'not_ready'],
    ["E: Failed to fetch http://x/a  Could not resolve 'x'", 'not_ready'],
    ['E: Failed to fetch http://x/a  Could not connect to x:80 (10.0.0.1), connection timed out', 'not_ready'],
    ['E: Failed to fetch http://x/a  503  Service Unavailable [IP: 127.0.0.1 80]', 'not_ready'],
    ['E: Unable to locate package nothing', 'refused'],
    ["E: Version '9' for 'a' was not found", 'refused'],
    ["E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.", 'process'],
    ['E: Unable to correct problems, you have held broken packages.', 'refused'],
    [
      'dpkg: error processing package a (--configure):\n installed a package post-installation script subprocess returned error exit status 1',
      'process',
    ],
  ] as const)('%s', (said, expected) => {
    const rule = classifyApt(said)
    expect(rule?.class).toBe(expected)
    expect(rule?.advice).toMatch(/\.$/)
  })

  it('calls a failure unknown to the rules a failed process, and quotes it', () => {
    const failure = aptFailure(makeContext(), 'apt-get', { exitCode: 100, stdout: '', stderr: 'E: Something else\n' })
    expect(failure).toMatchObject({
      class: 'process',
      notApplied: true,
      message: 'apt-get on control: exit code 100: E: Something else',
    })
  })

  it('takes a full disk in the middle of the work for a failed process', () => {
    const stderr =
      'dpkg: error processing archive a.deb (--unpack):\n cannot copy: failed to write (No space left on device)'
    const end = { exitCode: 100, stdout: 'Unpacking a (2) over (1) ...', stderr }
    expect(aptFailure(makeContext(), 'apt-get', end)).toMatchObject({ class: 'process', notApplied: false })
    expect(aptFailure(makeContext(), 'apt-get', { ...end, stdout: '' })).toMatchObject({ class: 'not_ready' })
    expect(hasBegun('Setting up a (2) ...')).toBe(true)
    expect(hasBegun('Reading package lists...')).toBe(false)
  })

  it('says that nothing was done only where nothing was fetched, unpacked or finished', () => {
    const end = { exitCode: 100, stdout: '', stderr: 'E: Failed to fetch http://d/x  404  Not Found' }
    expect(aptFailure(makeContext(), 'apt-get', end)).toMatchObject({ class: 'not_ready', notApplied: true })
    expect(hasFetched('Hit:1 http://d stable InRelease\n')).toBe(false)
    expect(hasFetched('Hit:1 http://d a InRelease\nGet:2 http://d b InRelease [1,234 B]\n')).toBe(true)
    expect(aptFailure(makeContext(), 'apt-get', end, true)).toMatchObject({ class: 'not_ready', notApplied: false })
    const locked = { exitCode: 75, stdout: 'Setting up nginx (1.2) ...\n', stderr: 'E: Could not get lock' }
    expect(aptFailure(makeContext(), 'apt-get', locked)).toMatchObject({ class: 'not_ready', notApplied: false })
  })

  it('shows no login of a repository', () => {
    const uri = 'https://user:pass-word@deb.example.org/dists/stable/InRelease'
    const [open, closed] = readFlows(`0\t${uri}\t\n100\t${uri}\tE: Failed to fetch ${uri}  401 Unauthorized\n`)
    expect(open).toEqual({ uri: 'https://deb.example.org/dists/stable/InRelease', reachable: true, detail: '' })
    expect(closed).toEqual({ ...open, reachable: false, detail: '401 Unauthorized' })
  })

  it('names the holder of a lock and advises against deleting it', () => {
    const stderr = 'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 42 (unattended-upgr)'
    expect(aptFailure(makeContext(), 'apt-get', { exitCode: lockedExit, stdout: '', stderr })).toMatchObject({
      class: 'not_ready',
      notApplied: true,
      message: expect.stringContaining('held by process 42 (unattended-upgr)'),
    })
  })
})

it('reads flows', () => {
  const text =
    '0\thttp://a/InRelease\t\n100\thttp://b/InRelease\tE: Failed to fetch http://b/InRelease  404  Not Found\n100\thttp://c/InRelease\t\n'
  expect(readFlows(text)).toEqual([
    { uri: 'http://a/InRelease', reachable: true, detail: '' },
    { uri: 'http://b/InRelease', reachable: false, detail: '404  Not Found' },
    { uri: 'http://c/InRelease', reachable: false, detail: 'apt said nothing' },
  ])
})

test.each([
  ['4.6.1-1', '4.6.1'],
  ['1:4.6.1-1+deb12u1', '4.6.1'],
  ['4.6.1', '4.6.1'],
  ['2:1-2-3', '1-2'],
  ['', ''],
])('%s is upstream %s', (version, upstream) => {
  expect(upstreamOf(version)).toBe(upstream)
})

describe('status lines of gpgv', () => {
  const key = 'A'.repeat(40)
  it('takes a valid signature', () => {
    const text = `[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 0123456789ABCDEF Vendor <v@example.org>\n[GNUPG:] VALIDSIG ${key} 2026-01-02 1767312000 0 4 0 22 10 01 ${key}\n`
    expect(readStatus(text)).toEqual({
      fingerprint: key,
      primary: key,
      signer: 'Vendor <v@example.org>',
      signedAt: '2026-01-02T00:00:00.000Z',
      trouble: undefined,
    })
  })

  test.each([
    ['[GNUPG:] BADSIG 01 V', 'changed after it was signed'],
    ['[GNUPG:] ERRSIG 01 22 10 01 1 9\n[GNUPG:] NO_PUBKEY 01', 'not in the keyring'],
    [`[GNUPG:] EXPKEYSIG 01 V\n[GNUPG:] VALIDSIG ${key} 2026-01-02 1767312000 0`, 'key has expired'],
    [`[GNUPG:] REVKEYSIG 01 V\n[GNUPG:] VALIDSIG ${key} 2026-01-02 1767312000 0`, 'revoked'],
    ['[GNUPG:] NODATA 4', 'no signature'],
  ])('never takes %s', (text, words) => {
    expect(readStatus(text)).toMatchObject({ fingerprint: '', trouble: expect.stringContaining(words) })
  })
})

describe('arguments', () => {
  it('splits a version off, and refuses what is no package name', () => {
    expect(wantedPackages({ packages: ['a1', 'b+c=1:2~rc-3', 'libc6:i386'] })).toEqual([
      { name: 'a1', version: undefined },
      { name: 'b+c', version: '1:2~rc-3' },
      { name: 'libc6:i386', version: undefined },
    ])
    for (const bad of ['-y', '--allow-unauthenticated', 'a b', 'A', '/tmp/a.deb', 'a=']) {
      expect(() => wantedPackages({ packages: [bad] }), bad).toThrow('a list of package names')
    }
  })

  it('wants one selection', () => {
    for (const action of ['upgrade', 'download']) {
      expect(actionNamed(action).check!({})).toHaveLength(1)
      expect(actionNamed(action).check!({ packages: ['a1'], all: 'upgrade' })).toHaveLength(1)
      expect(actionNamed(action).check!({ all: 'upgrade' })).toEqual([])
    }
    expect(actionNamed('installed_version').check!({ package: 'a1', prefix: true })).toHaveLength(1)
  })

  it('can be undone only where the author says that the product can go back', () => {
    const { capabilitiesOf } = actionNamed('upgrade')
    expect(capabilitiesOf!({ packages: ['a1'] }).reversible).toBe(false)
    expect(capabilitiesOf!({ packages: ['a1'], allow_downgrade: true }).reversible).toBe(true)
    expect(capabilitiesOf!({ packages: ['a1'], allow_downgrade: '${{ inputs.back }}' }).reversible).toBe(false)
  })

  it('words a backup without its secrets', () => {
    const dumps = [{ name: 'db.sql', command: ['pg_dump', '--host', 'db', 'shop'] }]
    expect(
      actionNamed('backup').describe({ name: 'x', paths: ['/etc'], dumps, env: { PGPASSWORD: { $secret: 'p' } } }),
    ).toBe('/etc, pg_dump --host db shop to /var/backups/rollbook/x.tar.gz')
  })
})
