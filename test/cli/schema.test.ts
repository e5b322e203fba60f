import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'
import { startYamlEditor } from '../support/yaml-editor.ts'

test('prints the schema that is shipped, by kind or by name', async () => {
  for (const kind of ['runbook', 'runbook/v1']) {
    const io = captureIo()
    expect(await runCli(['schema', kind], io)).toBe(0)
    expect(JSON.parse(io.out())).toEqual(JSON.parse(readFileSync('schemas/runbook.v1.schema.json', 'utf8')))
  }
})

test('lists the kinds', async () => {
  const io = captureIo()
  expect(await runCli(['schema'], io)).toBe(0)
  expect(io.out().split('\n')).toContain('runbook/v1')
})

test('another kind is wrong use', async () => {
  const io = captureIo()
  expect(await runCli(['schema', 'runbok'], io)).toBe(2)
  expect(io.err()).toContain('Did you mean "runbook/v1"?')
})

async function schemaWithActions(cwd: string): Promise<string> {
  const io = captureIo({ cwd })
  expect(await runCli(['schema', 'runbook', '--actions'], io)).toBe(0)
  return io.out()
}

test('with actions, every shipped runbook fits, and wrong arguments do not', async () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  const fits = ajv.compile(JSON.parse(await schemaWithActions('.')) as object)
  const names = readdirSync('runbooks').filter((name) =>
    /^rollbook: runbook/m.test(readFileSync(join('runbooks', name), 'utf8')),
  )
  expect(names.length).toBeGreaterThan(4)
  for (const name of names) {
    expect(fits(parse(readFileSync(join('runbooks', name), 'utf8'))), `${name} ${ajv.errorsText(fits.errors)}`).toBe(
      true,
    )
  }
  const step = (action: string, args: object): object => ({
    rollbook: 'runbook/v1',
    name: 'a',
    title: 'A',
    version: '1.0.0',
    phases: [{ id: 'a', kind: 'upgrade', title: 'A', steps: [{ id: 'b', title: 'B', action, with: args }] }],
  })
  expect(fits(step('check.tcp', { host: 'a', port: 22 }))).toBe(true)
  expect(fits(step('check.tcp', { host: 'a', port: '${{ inputs.port }}' }))).toBe(true)
  expect(fits(step('check.tcp', { host: 'a', port: 'ssh' }))).toBe(false)
  expect(fits(step('check.tcp', { host: 'a', prot: 22 }))).toBe(false)
  expect(fits(step('check.tpc', { host: 'a', port: 22 }))).toBe(false)
})

test('with actions, an editor that knows only YAML completes actions and arguments, those of plug-ins too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-schema-'))
  cpSync('docs/examples/shelf', join(folder, 'shelf'), { recursive: true })
  writeFileSync(join(folder, 'rollbook.config.yaml'), 'rollbook: config/v1\nexecutors: [./shelf]\n')
  writeFileSync(join(folder, 'runbook.json'), await schemaWithActions(folder))
  const editor = await startYamlEditor(folder)
  const head = '# yaml-language-server: $schema=runbook.json\nrollbook: runbook/v1\nname: a\ntitle: A\nversion: 1.0.0\n'
  const step = `${head}phases:\n  - id: a\n    kind: upgrade\n    title: A\n    steps:\n      - id: b\n        title: B\n        action: `
  const actions = (await editor.completions(`${step}‸`)).map(({ label }) => label)
  expect(actions).toEqual(expect.arrayContaining(['check.disk', 'cato.upgrade', 'shelf.put']))
  const keys = (await editor.completions(`${step}check.disk\n        with:\n          ‸`)).map(({ label }) => label)
  expect(keys).toEqual(expect.arrayContaining(['path', 'min_free']))
  expect(await editor.hover(`${step}check.disk\n        with:\n          pa‸th: /\n`)).toContain('#### ')
  const [problem] = await editor.problems(`${step}check.disk\n        with:\n          pth: /\n`)
  expect(problem?.message).toBe('Property pth is not allowed.')
  await editor.end()
  rmSync(folder, { recursive: true })
})

test('actions are for runbooks', async () => {
  const io = captureIo()
  expect(await runCli(['schema', 'inventory', '--actions'], io)).toBe(2)
  expect(io.err()).toContain('[OPTIONS_CONFLICT]')
})
