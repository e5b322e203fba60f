import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import { loadPlan } from '../../src/app/load.ts'
import { runCli } from '../../src/cli/run-cli.ts'
import type { Plan } from '../../src/plan/model.ts'
import { captureIo } from '../support/captured-io.ts'

const cwd = join(import.meta.dirname, 'plan')
const golden = join(import.meta.dirname, '../golden/plan')
const scratch = mkdtempSync(join(tmpdir(), 'rollbook-plan-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

async function plan(words: readonly string[], over: Parameters<typeof captureIo>[0] = {}) {
  const io = captureIo({ cwd, ...over })
  const code = await runCli(['plan', ...words], io)
  return { code, out: io.out(), err: io.err() }
}

const picture = join(scratch, 'picture.yaml')
writeFileSync(picture, Buffer.from([0xff, 0xfe, 0x00]))

const complete = ['upgrade.yaml', '-i', 'inventory.yaml', '--set', 'release=1.5.0']

function expectGolden(name: string, text: string): void {
  const file = join(golden, name)
  if (process.env['UPDATE_GOLDEN'] || !existsSync(file)) writeFileSync(file, text)
  expect(text).toBe(readFileSync(file, 'utf8'))
}

describe('rollbook plan', () => {
  it.each([
    ['blocks.txt', { columns: 60 }],
    ['narrow.txt', { columns: 80 }],
    ['wide.txt', { columns: 160 }],
  ])('shows phases, steps, targets, calls, times and people (%s)', async (name, over) => {
    const { code, out, err } = await plan(complete, over)
    expect([code, err]).toEqual([0, ''])
    // A word that is longer than a line stays whole, so that it can be copied.
    for (const line of out.split('\n').filter((each) => each.includes(' ')))
      expect(line.length).toBeLessThanOrEqual(over.columns)
    expectGolden(name, out)
  })

  it('has colour only where it is wanted', async () => {
    expect((await plan(complete)).out).not.toContain('\u001b')
    const coloured = await plan(complete, { colour: true })
    expect(coloured.out).toContain('\u001b[')
    expect(coloured.out.replaceAll(/\u001b\[\d+m/g, '')).toBe((await plan(complete)).out)
  })

  it('shows one phase', async () => {
    const { out } = await plan([...complete, '--only-phase', 'prepare'])
    expect(out).toContain('1 Preparation')
    expect(out).not.toContain('3 Upgrade')
    expect(await plan([...complete, '--only-phase', 'gone'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no phase "gone"') as string,
    })
  })

  it('prints the plan as JSON, the same every time', async () => {
    const first = await plan([...complete, '--json'])
    const printed = JSON.parse(first.out) as Plan
    expect(printed).toMatchObject({
      rollbook: 'plan/v1',
      runbook: { name: 'small-upgrade', file: 'upgrade.yaml' },
      totals: { point_of_no_return: '3.2' },
    })
    expect(printed.runbook.hash).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect((await plan([...complete, '--json'])).out).toBe(first.out)
  })

  it('takes values from a file, and --set over it', async () => {
    const { out } = await plan([
      'upgrade.yaml',
      '-i',
      'inventory.yaml',
      '--values',
      'values.yaml',
      '--set',
      'mode=careful',
      '--json',
    ])
    expect((JSON.parse(out) as Plan).inputs).toMatchObject({
      release: { value: '1.5.0', source: 'values' },
      mode: { value: 'careful', source: 'set' },
    })
  })

  it('refuses a values file that gives an input twice', async () => {
    writeFileSync(join(scratch, 'twice.yaml'), 'release: 1.5.0\nrelease: 1.6.0\n')
    const { code, err } = await plan(['upgrade.yaml', '-i', 'inventory.yaml', '--values', join(scratch, 'twice.yaml')])
    expect(code).toBe(1)
    expect(err).toContain('twice.yaml:2:1 error the input "release" is given twice [VALUES_FILE]')
  })

  it('plans a wait with the time that it says', async () => {
    const runbook = join(scratch, 'wait.yaml')
    const steps = '[{id: rest, title: Rest, action: wait.for, with: {duration: 7d}}]'
    const phases = `[{id: a, kind: preparation, title: A, steps: ${steps}}]`
    writeFileSync(runbook, `rollbook: runbook/v1\nname: w\ntitle: W\nversion: 1.0.0\nphases: ${phases}\n`)
    const { out } = await plan([runbook, '-i', 'inventory.yaml', '--json'])
    expect((JSON.parse(out) as Plan).phases[0]?.steps[0]?.duration).toEqual({
      expected_ms: 604_800_000,
      worst_ms: 604_800_000,
    })
  })

  it('takes an Ansible inventory as it is', async () => {
    const { out } = await plan(['upgrade.yaml', '-i', 'hosts.ini', '--set', 'release=1.5.0', '--json'])
    const printed = JSON.parse(out) as Plan
    expect(printed.components[0]?.targets).toEqual(['web-1', 'web-2', 'web-3'])
  })

  it('says which inputs are missing when nobody can be asked', async () => {
    expect(await plan(['upgrade.yaml', '-i', 'inventory.yaml'])).toEqual({
      code: 1,
      out: '',
      err: 'rollbook: these inputs need a value: release [INPUT_MISSING]\n  Give them with --set release=…, or in a file with --values FILE.\n',
    })
  })

  it('asks for them on a terminal', async () => {
    const stdin = new PassThrough()
    const io = captureIo({ cwd, interactive: true, stdin })
    const done = runCli(['plan', 'upgrade.yaml', '-i', 'inventory.yaml', '--json'], io)
    while (!io.err().includes('Release to install (release)')) await new Promise((resolve) => setTimeout(resolve, 10))
    stdin.write('1.6.0\r')
    expect(await done).toBe(0)
    expect((JSON.parse(io.out()) as Plan).inputs['release']).toMatchObject({ value: '1.6.0', source: 'asked' })
  })

  it.each([
    [['gone.yaml', '-i', 'inventory.yaml'], 2, 'the runbook "gone.yaml" cannot be read: there is no such file'],
    [['upgrad.yaml', '-i', 'inventory.yaml'], 2, 'Did you mean "upgrade.yaml"?'],
    [['upgrade.yaml', '-i', picture], 2, '/picture.yaml" cannot be read: it is not UTF-8 text'],
    [['upgrade.yaml', '-i', '.'], 2, 'the inventory "." cannot be read: it is a folder'],
    [['upgrade.yaml'], 2, 'an inventory is needed'],
    [[...complete, '--set', 'nonsense'], 2, '"--set nonsense" is not understood'],
    [[...complete, '--set', 'relase=1'], 1, 'the runbook has no input "relase"'],
    [[...complete, '--set', 'mode=slow'], 1, 'the input "mode" must be one of fast, careful, and is "slow"'],
    [['inventory.yaml', '-i', 'inventory.yaml'], 2, 'is a file of the kind inventory, and a runbook is expected'],
  ])('%j ends with %d', async (words, code, message) => {
    const result = await plan(words)
    expect(result).toMatchObject({ code, out: '' })
    expect(result.err).toContain(message)
    expect(result.err).not.toMatch(/\n\s+at /)
  })

  it('keeps every file that it read, byte for byte', async () => {
    const { sources } = await loadPlan({
      runbook: 'upgrade.yaml',
      inventory: 'inventory.yaml',
      values: 'values.yaml',
      cwd,
    })
    expect(sources.map(({ role, path }) => [role, path])).toEqual([
      ['values', 'values.yaml'],
      ['inventory', 'inventory.yaml'],
      ['csv', 'web.csv'],
      ['runbook', 'upgrade.yaml'],
    ])
    for (const { path, content } of sources) expect(Buffer.from(content)).toEqual(readFileSync(join(cwd, path)))
  })

  it('says where in a table a mistake is', async () => {
    for (const name of ['upgrade.yaml', 'inventory.yaml'])
      writeFileSync(join(scratch, name), readFileSync(join(cwd, name)))
    writeFileSync(join(scratch, 'web.csv'), 'Host,Version,Address\nweb-1,1.4.0\n')
    const result = await plan(complete, { cwd: scratch })
    expect(result.code).toBe(1)
    expect(result.err).toContain('web.csv:2:1 error the row has 2 cells and the header 3')
  })
})
