import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-diff-'))
  cpSync('runbooks', folder, { recursive: true })
  const cato = readFileSync(join(folder, 'cato-sockets.yaml'), 'utf8')
  write('same.yaml', `# of the night\n${cato.replace('default: 17m', 'default: PT17M')}`)
  write('words.yaml', cato.replace('title: Initial group', 'title: The first few'))
  write('changed.yaml', changed(cato))
})
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text)
}

function changed(text: string): string {
  const edits: readonly (readonly [string, string])[] = [
    ['go first, default: 5}', 'go first, default: 1}'],
    ['    duration: 2h\n', '    duration: 3h\n'],
    [
      'target.member != "secondary", stagger: "${{ inputs.rest_stagger }}"',
      'target.member != "secondary" && target.site != "lyon", stagger: "${{ inputs.rest_stagger }}"',
    ],
    [
      'select: target.member == "secondary", stagger',
      'select: target.member == "secondary" || target.site == "lyon", stagger',
    ],
    ['          remainder: error\n', '          remainder: last\n'],
    ['covers: [CATO-08, CATO-10, CATO-11]', 'covers: [CATO-08, CATO-10]'],
    ['covers: [CATO-07]', 'covers: [CATO-07, CATO-11]'],
  ]
  return edits.reduce((made, [from, to]) => {
    expect(made).toContain(from)
    return made.replace(from, to)
  }, text)
}

async function diff(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const io = captureIo({ cwd: folder })
  const code = await runCli(['diff', ...words], io)
  return { code, out: io.out(), err: io.err() }
}

test('the same meaning ends with 0', async () => {
  const { code, out } = await diff('cato-sockets.yaml', 'same.yaml')
  expect(code).toBe(0)
  expect(out).toBe('cato-sockets.yaml → same.yaml\n\nNo difference in meaning.\n')
})

test('words alone end with 0, and are shown when asked for', async () => {
  const { code, out } = await diff('cato-sockets.yaml', 'words.yaml')
  expect(code).toBe(0)
  expect(out).toContain('1 difference in words for people, such as titles; --words shows them.')
  const all = await diff('cato-sockets.yaml', 'words.yaml', '--words')
  expect(all.out).toContain('~ upgrade/sockets: rollout.canary.title: Initial group → The first few')
})

test('definitions alone, as people read it', async () => {
  const { code, out } = await diff('cato-sockets.yaml', 'changed.yaml')
  expect(code).toBe(1)
  await expect(out).toMatchFileSnapshot('../golden/cli/diff-definitions.txt')
})

test('with an inventory, targets, waves and times are compared by their plans', async () => {
  const plan = ['-i', 'cato-sockets.inventory.yaml', '--values', 'cato-sockets.values.yaml']
  const { code, out } = await diff('cato-sockets.yaml', 'changed.yaml', ...plan, '--start', '2026-11-29T00:00:00Z')
  expect(code).toBe(1)
  await expect(out).toMatchFileSnapshot('../golden/cli/diff-plans.txt')
  write('commented.yaml', `# so\n${readFileSync(join(folder, 'cato-sockets.yaml'), 'utf8')}`)
  const same = await diff('cato-sockets.yaml', 'commented.yaml', ...plan)
  expect(same).toMatchObject({ code: 0, out: expect.stringContaining('approvals hold') as string })
})

test('times that differ by less than people read are told exactly', async () => {
  const cato = readFileSync(join(folder, 'cato-sockets.yaml'), 'utf8')
  write('longer.yaml', cato.replace('default: 17m', 'default: 18m'))
  const { out } = await diff(
    ...['cato-sockets.yaml', 'longer.yaml', '-i', 'cato-sockets.inventory.yaml'],
    ...['--values', 'cato-sockets.values.yaml', '--start', '2027-03-06T12:00:00Z'],
  )
  const times = [...out.matchAll(/: (\d.*) → (\d.*)/g)].map(([, from, to]) => [from, to])
  expect(times.length).toBeGreaterThan(3)
  expect(times.filter(([from, to]) => from === to)).toEqual([])
  expect(out).toMatch(/→ 7d\d+h\d+m/)
})

test('programs get the differences as values', async () => {
  const { code, out } = await diff('cato-sockets.yaml', 'changed.yaml', '--json')
  expect(code).toBe(1)
  const told = JSON.parse(out) as { differences: readonly object[] }
  expect(told).toMatchObject({ from: 'cato-sockets.yaml', to: 'changed.yaml', kind: 'runbook/v1', words: [] })
  expect(told.differences).toContainEqual({
    area: 'inputs',
    kind: 'changed',
    subject: 'initial_group',
    key: 'default',
    from: 5,
    to: 1,
  })
})

test('inventories are compared as well, and files of two kinds are not', async () => {
  const text = readFileSync(join(folder, 'cato-sockets.inventory.yaml'), 'utf8')
  write('fewer.inventory.yaml', text.replace(/\n {2}site-003[^\n]*/, ''))
  const { code, out } = await diff('cato-sockets.inventory.yaml', 'cato-sockets.inventory.yaml')
  expect({ code, out }).toMatchObject({ code: 0 })
  const mixed = await diff('cato-sockets.yaml', 'cato-sockets.inventory.yaml')
  expect(mixed.code).toBe(2)
  expect(mixed.err).toContain('[KINDS_DIFFER]')
})

test('a file that cannot be read as YAML is told, and errors do not keep the rest from being compared', async () => {
  write('broken.yaml', 'rollbook: runbook/v1\nname: [')
  const broken = await diff('cato-sockets.yaml', 'broken.yaml')
  expect(broken).toMatchObject({ code: 1, out: '' })
  expect(broken.err).toMatch(/broken\.yaml:\d+:\d+ error/)
  write(
    'wrong.yaml',
    readFileSync(join(folder, 'cato-sockets.yaml'), 'utf8').replace('default: 25}', 'default: 26, x: 1}'),
  )
  const wrong = await diff('cato-sockets.yaml', 'wrong.yaml')
  expect(wrong.err).toContain('[KEY_UNKNOWN]')
  expect(wrong.out).toContain('~ mail_port: default: 25 → 26')
})

test('revisions of a repository are read by their names, with what the runbook names beside itself', async () => {
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...words], {
      cwd: repository,
      encoding: 'utf8',
    })
  const repository = join(folder, 'repository')
  mkdirSync(join(repository, 'night'), { recursive: true })
  for (const name of [
    'aviatrix-platform.yaml',
    'aviatrix-platform.inventory.yaml',
    'aviatrix-platform.values.yaml',
    'aviatrix.catalog.yaml',
  ]) {
    cpSync(join(folder, name), join(repository, 'night', name))
  }
  git('init', '-q')
  git('add', '.')
  git('commit', '-qm', 'first')
  const path = join(repository, 'night/aviatrix-platform.yaml')
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replace(/deadline: (\d+)m/, 'deadline: 1h$1m'))
  const run = async (cwd: string, ...words: readonly string[]): Promise<{ code: number; out: string; err: string }> => {
    const io = captureIo({ cwd })
    return { code: await runCli(['diff', ...words], io), out: io.out(), err: io.err() }
  }
  const alone = await run(join(repository, 'night'), 'aviatrix-platform.yaml')
  expect(alone.out).toMatch(/^HEAD:aviatrix-platform\.yaml → aviatrix-platform\.yaml\n/)
  expect(alone.out).toContain('deadline: ')
  expect(alone.code).toBe(1)
  // The catalog of that revision goes with the runbook, also when it is gone from the disk.
  rmSync(join(repository, 'night/aviatrix.catalog.yaml'))
  const plans = await run(
    repository,
    ...[
      'HEAD:night/aviatrix-platform.yaml',
      'HEAD:night/aviatrix-platform.yaml',
      '-i',
      'night/aviatrix-platform.inventory.yaml',
    ],
    ...['--values', 'night/aviatrix-platform.values.yaml'],
  )
  expect(plans).toMatchObject({ code: 0, err: '' })
  const unknown = await run(repository, 'nowhere:night/aviatrix-platform.yaml', 'night/aviatrix-platform.yaml')
  expect(unknown.code).toBe(2)
  expect(unknown.err).toContain('[REVISION_UNREADABLE]')
  const gone = await run(repository, 'gone.yaml')
  expect(gone.code).toBe(2)
  expect(gone.err).toContain('One file alone is compared with what Git has of it in HEAD; name a second file')
})
