/** The service in a worker of a browser: bundled for one, and run in a world that has nothing of Node. */
import { resolve } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import { beforeAll, expect, test } from 'vitest'
import { parseCalendar } from '../../src/calendar/index.ts'
import { allActions } from '../../src/executors/index.ts'
import { complete } from '../../src/service/completion.ts'
import { diagnose } from '../../src/service/diagnose.ts'
import { hover } from '../../src/service/hover.ts'
import { makePlan } from '../../src/service/make-plan.ts'
import { Workspace } from '../../src/service/workspace.ts'
import { sample, sampleInventory } from './cursor-text.ts'

/** What a page would write to serve its editor: messages in, messages out. */
const worker = `
import { allActions } from './src/executors/index.ts'
import { parseCalendar } from './src/calendar/index.ts'
import { complete } from './src/service/completion.ts'
import { diagnose } from './src/service/diagnose.ts'
import { hover } from './src/service/hover.ts'
import { makePlan } from './src/service/make-plan.ts'
import { Workspace } from './src/service/workspace.ts'
let workspace
const answers = {
  open: ({ files, path, text }) => {
    workspace = new Workspace({
      actions: allActions,
      parseCalendar,
      files: { read: (name) => files[name], below: () => Object.keys(files) },
    })
    workspace.update(path, text)
    return null
  },
  diagnose: ({ path }) => diagnose(workspace, path),
  complete: ({ path, offset }) => complete(workspace, path, offset),
  hover: ({ path, offset, now }) => hover(workspace, path, offset, now),
  plan: ({ path, now }) => makePlan(workspace, path, { now })?.plan?.digest,
}
self.onmessage = ({ data }) => self.postMessage(JSON.stringify(answers[data.ask](data) ?? null))
`

/** Names that a worker of a browser has and the language itself has not; nothing of Node is among them. */
const browserGlobals = ['TextEncoder', 'TextDecoder', 'URL', 'atob', 'btoa', 'performance', 'structuredClone'] as const

let ask: (data: Readonly<Record<string, unknown>>) => unknown

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: worker, resolveDir: resolve('.'), loader: 'ts' },
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  })
  const answers: string[] = []
  const self: Record<string, unknown> = { postMessage: (answer: string) => answers.push(answer) }
  for (const name of browserGlobals) self[name] = globalThis[name]
  self['self'] = self
  createContext(self)
  runInContext('globalThis.self = globalThis', self)
  expect(runInContext('typeof process + typeof require + typeof Buffer + typeof global', self)).toBe(
    'undefined'.repeat(4),
  )
  runInContext(outputFiles[0]!.text, self, { filename: 'worker.js' })
  ask = (data) => {
    runInContext('onmessage', self)({ data })
    return JSON.parse(answers.pop()!)
  }
})

const files = { 'night.inventory.yaml': sampleInventory, 'night.values.yaml': 'release: "3.6"\n' }
const path = 'night.yaml'
const now = Date.UTC(2026, 10, 20, 12)

function here(text: string): Workspace {
  const read = (name: string): string | undefined => files[name as keyof typeof files]
  const workspace = new Workspace({
    actions: allActions,
    parseCalendar,
    files: { read, below: () => Object.keys(files) },
  })
  workspace.update(path, text)
  return workspace
}

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null))

test('in a browser worker: findings, completion, hover and plan are what they are in Node', () => {
  const text = sample.replace('covers: [REQ-1]', 'covers: [REQ-1, REQ-2]')
  const broken = text.replace('min_free: 7GB', 'min_fre: 7GB')
  ask({ ask: 'open', files, path, text: broken })
  const found = ask({ ask: 'diagnose', path })
  expect(found).toEqual(asJson(diagnose(here(broken), path)))
  expect(found).toContainEqual(expect.objectContaining({ code: 'KEY_UNKNOWN' }))
  ask({ ask: 'open', files, path, text })
  const offset = text.indexOf('steps.look.outcome') + 'steps.look.'.length
  expect(ask({ ask: 'complete', path, offset })).toEqual(asJson(complete(here(text), path, offset)))
  expect(ask({ ask: 'complete', path, offset })).toContainEqual(expect.objectContaining({ label: 'outcome' }))
  const release = text.indexOf('inputs.release') + 'inputs.re'.length
  expect(ask({ ask: 'hover', path, offset: release, now })).toMatchObject({
    markdown: expect.stringContaining('"3.6"'),
  })
  expect(asJson(hover(here(text), path, release, now))).toEqual(ask({ ask: 'hover', path, offset: release, now }))
  expect(ask({ ask: 'plan', path, now })).toMatch(/^sha256:/)
  expect(ask({ ask: 'plan', path, now })).toBe(makePlan(here(text), path, { now })?.plan?.digest)
})
