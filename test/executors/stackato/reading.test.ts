import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSentinelLog } from '../../../src/executors/stackato/helion/sentinel-log.ts'
import { classifyKato } from '../../../src/executors/stackato/kato-failure.ts'
import {
  readBuildpacks,
  readNodeList,
  readPatchStatus,
  readScalar,
  readStatus,
  readVersion,
} from '../../../src/executors/stackato/kato-text.ts'

describe('reading what kato prints', () => {
  it.each([
    ['3.4.2', '3.4.2'],
    ['kato 3.6.0\n', '3.6.0'],
    ['Stackato v3.6.0-beta.1 (192.168.20.11)', '3.6.0-beta.1'],
    ['\u001b[32m3.6\u001b[0m', '3.6'],
    ['no version', undefined],
    ['build 20150112', undefined],
  ])('version: %j', (text, version) => expect(readVersion(text)).toBe(version))

  it.each([
    ['10.0.0.1 base,dea', [{ address: '10.0.0.1', roles: ['base', 'dea'] }]],
    ['10.0.0.1\t: base, dea (2)\n\nnote\n', [{ address: '10.0.0.1', roles: ['base', 'dea'] }]],
    ['10.0.0.1', [{ address: '10.0.0.1', roles: [] }]],
    ['', []],
  ])('node list: %j', (text, nodes) => expect(readNodeList(text)).toEqual(nodes))

  it.each([
    ['  dea ..... running', [{ address: '', items: [{ name: 'dea', state: 'running' }] }]],
    ['Node 10.0.0.1\n dea_ng FATAL', [{ address: '10.0.0.1', items: [{ name: 'dea_ng', state: 'fatal' }] }]],
    ['router2g: STARTING (12 s)', [{ address: '', items: [{ name: 'router2g', state: 'starting' }] }]],
    ['nothing to see', []],
  ])('status: %j', (text, nodes) => expect(readStatus(text)).toEqual(nodes))

  it('patch status as the vendor shows it', () => {
    const text = `2 updates are available for 3.4.2.

  first: Repairs this
    patch id: 7
    roles affected: dea, router
    to be installed on: 10.0.0.1, 10.0.0.2
  second: Repairs that
    patch id: 8
    installed on: 10.0.0.3
`
    expect(readPatchStatus(text)).toEqual({
      available: 2,
      patches: [
        {
          name: 'first',
          purpose: 'Repairs this',
          id: '7',
          roles: ['dea', 'router'],
          installed_on: [],
          to_be_installed_on: ['10.0.0.1', '10.0.0.2'],
        },
        {
          name: 'second',
          purpose: 'Repairs that',
          id: '8',
          roles: [],
          installed_on: ['10.0.0.3'],
          to_be_installed_on: [],
        },
      ],
    })
  })

  it.each([
    ['true\n', true],
    ['--- false\n...\n', false],
    ['"text"', 'text'],
    ['42', 42],
    ['', null],
  ])('scalar: %j', (text, value) => expect(readScalar(text)).toBe(value))

  it('buildpacks, also from a table', () => {
    const names = (text: string): string[] => readBuildpacks(text).map((buildpack) => buildpack.name)
    expect(names('java built in\npython x')).toEqual(['java', 'python'])
    expect(names('+------+\n| Name |\n| java | 1 |\n+------+')).toEqual(['java'])
  })

  it('never fails on strange text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        readVersion(text)
        readNodeList(text)
        readStatus(text)
        readPatchStatus(text)
        readScalar(text)
        readBuildpacks(text)
        readSentinelLog(text)
        classifyKato(1, text)
      }),
    )
  })
})

describe('the log of the start command', () => {
  const line = (command: string): string => `2015-01-01 INFO  Sentinel::CLI : Running with command: ${command}`

  it('STK-64: takes the last command of the documented shape', () => {
    const text = [
      line('bin/sentinel upgrade 3.4.1 127.0.0.1 192.168.20.11 --skip-download'),
      'other',
      line('bin/sentinel upgrade 3.6.0 127.0.0.1 10.0.0.1 --skip-download'),
    ].join('\n')
    expect(readSentinelLog(text)).toEqual({
      version: '3.6.0',
      words: ['bin/sentinel', 'upgrade', '3.6.0', '127.0.0.1', '10.0.0.1', '--skip-download'],
    })
  })

  it.each([
    'bin/sentinel upgrade 3.6.0 127.0.0.1; reboot',
    'bin/sentinel destroy 3.6.0 127.0.0.1',
    'sh -c x',
    'bin/sentinel upgrade $(id) 127.0.0.1',
    'bin/sentinel upgrade 3.6.0 127.0.0.1 --skip-download > /etc/passwd',
  ])('STK-64: refuses %s', (command) => {
    expect(readSentinelLog(line(command))).toEqual({ malformed: command })
  })

  it('gives nothing for a log without one', () => expect(readSentinelLog('quiet\n')).toBeUndefined())
})

describe('classes of failure', () => {
  it.each([
    [127, '-bash: kato: command not found', 'process'],
    [127, '-bash: /home/stackato/bin/kato: No such file or directory', 'process'],
    [1, 'ERROR: not enough disk space on 10.0.0.1', 'not_ready'],
    [1, 'tar: write error: No space left on device', 'not_ready'],
    [1, 'Cannot allocate memory', 'not_ready'],
    [1, 'sudo: no tty present and no askpass program specified', 'not_ready'],
    [1, 'sudo: 1 incorrect password attempt', 'refused'],
    [1, 'invalid option: --download-only', 'refused'],
    [1, 'another upgrade is running', 'not_ready'],
    [1, 'could not download x: connection reset by peer', 'process'],
    [2, 'anything else', 'process'],
  ])('exit code %i, %s: %s', (code, text, failureClass) => expect(classifyKato(code, text).class).toBe(failureClass))

  it('STK-64 STK-56: a missing kato and a network failure each get their own advice', () => {
    expect(classifyKato(127, 'kato: command not found').advice).toContain('recover_kato')
    expect(classifyKato(1, 'connection timed out').advice).toContain('again')
  })
})
