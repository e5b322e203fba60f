import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FileExample } from '../../src/app/error-catalogue/entry.ts'
import { playPlan } from '../../src/app/plan-timeline.ts'
import * as calendar from '../../src/calendar/index.ts'
import { allActions } from '../../src/executors/index.ts'
import { ExpressionError, evaluateExpression } from '../../src/expression/index.ts'
import { loadInventory } from '../../src/inventory/index.ts'
import { compilePlan } from '../../src/plan/compile.ts'
import type { Runbook } from '../../src/runbook/runbook.generated.ts'
import validate from '../../src/runbook/runbook-validator.generated.js'
import { runbookPlaces } from '../../src/service/runbook-places.ts'
import { parseSource } from '../../src/source/parse-source.ts'
import { fileExamples, typedExamples } from './example-codes.ts'
import { type ExampleWorld, makeExampleWorld } from './example-world.ts'

/** What stands in the environment when an example is about a secret. */
const tokens: Readonly<Record<string, string | undefined>> = {
  SECRET_MISSING: undefined,
  SECRET_EMPTY: ' ',
  SECRET_TOO_SHORT: 'ab',
}

describe('what the examples show is what the program answers', () => {
  let world: ExampleWorld
  beforeAll(async () => {
    world = await makeExampleWorld()
  })
  afterAll(() => world.remove())

  it.each(typedExamples)('%s', async (code, { text }) => {
    const [typed = '', ...shown] = text.split('\n')
    const line = typed.replace(/^\$ rollbook /, '').replace(/ < \/dev\/null$/, '')
    const answer = await world.say(line, code in tokens ? { SHOP_TOKEN: tokens[code] } : {})
    expect(answer.trimEnd()).toMatch(new RegExp(`^${shown.map(patternOf).join('\n')}$`))
    expect(answer).toContain(`[${code}]`)
  })
})

/** `…` stands for any text within a line. */
function patternOf(line: string): string {
  return line
    .split('…')
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('.*')
}

describe('files that give a code, and the same without the mistake', () => {
  it.each(fileExamples)('%s', (code, example) => {
    expect(new Set(codesOf(example, example.bad))).toEqual(new Set([code]))
    expect(codesOf(example, example.good)).toEqual([])
  })
})

function codesOf({ kind, beside = {} }: FileExample, text: string): readonly string[] {
  switch (kind) {
    case 'inventory': {
      const path = /^(rollbook|all|servers):/.test(text) ? 'inventory.yaml' : 'hosts'
      const files = Object.entries(beside).map(([name, content]) => ({ path: name, text: content }))
      return loadInventory({ path, text }, files).diagnostics.map((each) => each.code)
    }
    case 'calendar':
      return calendar
        .parseCalendar(parseSource(text, 'calendar.yaml').root?.value as object, (name) => beside[name])
        .findings.map((each) => each.code)
    case 'runbook':
      return planCodes(text, beside)
    case 'expression':
      try {
        evaluateExpression(text, {})
        return []
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error
        return [error.code]
      }
  }
}

const targets = 'rollbook: inventory/v1\ntargets: {web-1: {kind: host, roles: [web], version: "1.0.0"}}\n'

function planCodes(text: string, beside: Readonly<Record<string, string>>): readonly string[] {
  const header = 'rollbook: runbook/v1\nname: sample\ntitle: Sample\nversion: 1.0.0\n'
  const document = parseSource(`${header}${text}`, 'sample.yaml')
  const content = document.root?.value
  expect(
    validate(content),
    JSON.stringify(validate.errors?.map(({ instancePath, message }) => [instancePath, message])),
  ).toBe(true)
  const { inventory } = loadInventory({ path: 'inventory.yaml', text: beside['inventory.yaml'] ?? targets })
  return compilePlan({
    runbook: content as unknown as Runbook,
    places: runbookPlaces(document),
    hash: `sha256:${'0'.repeat(64)}`,
    inventory: inventory!,
    inputs: {},
    actions: allActions,
    calendar: { ...calendar, files: beside, now: Date.UTC(2026, 4, 2) },
    play: (plan, start) => playPlan(plan, allActions, start),
  }).diagnostics.map((each) => each.code)
}
