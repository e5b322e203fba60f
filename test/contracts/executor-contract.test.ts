import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { isJsonObject, type Json, type JsonObject } from '../../src/base/json.ts'
import { executors, findAction } from '../../src/executors/index.ts'
import { ActionFailure, type TargetView } from '../../src/ports/executor.ts'
import { makeContext } from '../support/action-context.ts'

const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true })
addFormats.default(ajv)
ajv.addVocabulary(['x-secret', 'x-target-version'])

const target: TargetView = {
  name: 'node-1',
  kind: 'host',
  address: '127.0.0.1',
  roles: [],
  attributes: {},
  connection: { port: 9, user: 'nobody' },
}

/** Every property of a schema, wherever it stands, with a path for messages. */
function properties(schema: Json | undefined, path: string): readonly (readonly [string, JsonObject])[] {
  if (!isJsonObject(schema)) return []
  const named = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : []
  const own = named.flatMap(([name, property]): (readonly [string, JsonObject])[] => [
    ...(isJsonObject(property) ? [[`${path}/${name}`, property] as const] : []),
    ...properties(property, `${path}/${name}`),
  ])
  const parts = ['items', 'additionalProperties'].flatMap((key) => properties(schema[key], `${path}/${key}`))
  const branches = ['oneOf', 'anyOf', 'allOf'].flatMap((key) =>
    Array.isArray(schema[key])
      ? schema[key].flatMap((each: Json, at: number) => properties(each, `${path}/${key}${at}`))
      : [],
  )
  return [...own, ...parts, ...branches]
}

/** Replaces every place where a secret may stand by a reference, and says how many there are. */
function withSecrets(schema: Json | undefined, value: Json | undefined): Json {
  if (isJsonObject(schema) && schema['x-secret'] === true) return { $secret: 'token' }
  if (!isJsonObject(schema)) return value ?? null
  if (isJsonObject(schema['properties'])) {
    const filled: Record<string, Json> = isJsonObject(value) ? { ...value } : {}
    for (const [name, property] of Object.entries(schema['properties'])) {
      const carries = JSON.stringify(property).includes('"x-secret":true')
      if (carries || filled[name] !== undefined) filled[name] = withSecrets(property, filled[name])
    }
    return filled
  }
  if (isJsonObject(schema['additionalProperties']))
    return { NAME: withSecrets(schema['additionalProperties'], undefined) }
  if (Array.isArray(schema['oneOf'])) return withSecrets(schema['oneOf'].at(-1), value)
  return value ?? null
}

/** Every secret that an example refers to, under a value that would be recognised. */
function secretsOf(example: JsonObject): Record<string, string> {
  const names = [...JSON.stringify(example).matchAll(/"\$secret":"([^"]+)"/g)].map(([, name = '']) => name)
  return Object.fromEntries(['token', ...names].map((name) => [name, 'a-secret-token']))
}

/** They run whatever a runbook says; only that can tell how it stands after a crash. */
const general: ReadonlySet<string> = new Set(['check', 'ssh', 'local', 'http', 'file', 'wait', 'notify'])

describe.each(executors.map((executor) => [executor.name, executor] as const))('executor %s', (name, executor) => {
  it('introduces itself, and its actions are its own', () => {
    expect(executor.contract).toBe(1)
    expect(executor.title).not.toBe('')
    expect(executor.description.length).toBeGreaterThan(20)
    const names = executor.actions.map((action) => action.name)
    expect(new Set(names).size).toBe(names.length)
    for (const each of names) expect(each).toMatch(new RegExp(`^${name}\\.[a-z][a-z0-9_]*$`))
  })

  describe.each(executor.actions.map((action) => [action.name, action] as const))('%s', (_, action) => {
    it('can be found by its name', () => {
      expect(findAction(action.name)).toBe(action)
    })

    it('explains itself and every property, for hover and reference', () => {
      expect(action.title).toMatch(/^[A-Z].*[^.]$/)
      expect(action.description).toMatch(/^[A-Z`][\s\S]*\.$/)
      for (const schema of [action.with, action.outputs]) {
        expect(schema['type']).toBe('object')
        for (const [path, property] of properties(schema, action.name)) {
          expect(property['title'], path).toEqual(expect.stringMatching(/^[A-Z]/))
          expect(property['description'], path).toEqual(expect.stringMatching(/\S/))
        }
      }
      expect(action.with['additionalProperties']).toBe(false)
    })

    it('has schemas that compile, and an example that they allow', () => {
      const validate = ajv.compile(action.with)
      ajv.compile(action.outputs)
      const args = withoutExpressions(action.example)
      expect(validate(args), JSON.stringify(validate.errors)).toBe(true)
      expect(action.check?.(action.example) ?? []).toEqual([])
    })

    it('offers probe, dry run and undo exactly as it says', () => {
      const { capabilities } = action
      expect(action.probe !== undefined).toBe(capabilities.probe)
      expect(action.dryRun !== undefined).toBe(capabilities.dry_run)
      expect(action.undo !== undefined).toBe(capabilities.reversible)
      if (capabilities.effect === 'none') expect(capabilities).toMatchObject({ idempotent: true, reversible: false })
      // After a crash nobody has to guess: something tells how it stands, or it may be repeated.
      else if (!general.has(name)) expect(capabilities.probe || capabilities.idempotent).toBe(true)
      for (const args of [{}, action.example]) {
        const own = action.capabilitiesOf?.(args) ?? capabilities
        if (own.probe) expect(action.probe).toBeDefined()
        if (own.dry_run) expect(action.dryRun).toBeDefined()
        if (own.reversible) expect(action.undo).toBeDefined()
      }
    })

    it('gives times that make sense', () => {
      expect(action.duration.expected_ms).toBeGreaterThan(0)
      expect(action.duration.worst_ms).toBeGreaterThanOrEqual(action.duration.expected_ms)
    })

    it('describes a call in the same words every time, without the secrets in it', () => {
      const args = withSecrets(action.with, action.example) as JsonObject
      const frozen = JSON.stringify(args)
      const words = action.describe(args, target)
      expect(words).toBe(action.describe(args, target))
      expect(words.trim()).not.toBe('')
      for (const each of [words, action.describe(action.example)]) expect(each).not.toMatch(/undefined|\[object/)
      expect(words).not.toContain('$secret')
      expect(JSON.stringify(args)).toBe(frozen)
      expect(() => action.check?.({})).not.toThrow()
    })

    it('ends at once when it is cancelled before it begins', async () => {
      const context = makeContext({
        ...(action.runs_on === 'control' ? {} : { target }),
        signal: AbortSignal.abort(),
        secrets: secretsOf(action.example),
        systems: [{ name: 'mail', kind: 'smtp', address: '127.0.0.1:9', settings: { from: 'a@b.example' } }],
        ports: {
          ssh: {
            session: async (_address, signal) => {
              if (signal?.aborted) throw new ActionFailure('cancelled', 'cancelled')
              throw new Error('the signal was not handed on')
            },
            warm: () => undefined,
            close: async () => undefined,
          },
        },
      })
      const failure = await action.perform(context, withoutExpressions(action.example)).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(ActionFailure)
      expect(['cancelled', 'process']).toContain((failure as ActionFailure).class)
    })

    it('refuses a secret where it would be seen', async () => {
      const open = Object.keys((action.with['properties'] ?? {}) as JsonObject).filter((name) => {
        const property = (action.with['properties'] as JsonObject)[name]
        return isJsonObject(property) && property['type'] === 'string' && property['x-secret'] !== true
      })
      for (const name of open) {
        const context = makeContext({
          ...(action.runs_on === 'control' ? {} : { target }),
          secrets: secretsOf(action.example),
        })
        const args = { ...withoutExpressions(action.example), [name]: { $secret: 'token' } }
        const failure = await action
          .perform({ ...context, signal: AbortSignal.abort() }, args)
          .catch((error: unknown) => error)
        expect(failure).toBeInstanceOf(Error)
        expect(String(failure)).not.toContain('a-secret-token')
      }
    })
  })
})

it('names every executor and action once', () => {
  const names = executors.map((executor) => executor.name)
  expect(new Set(names).size).toBe(names.length)
})

/** Examples may hold `${{ … }}`, which stands for a value of the run. */
function withoutExpressions(args: JsonObject): JsonObject {
  const text = JSON.stringify(args).replace(/\$\{\{.*?\}\}/g, 'http://127.0.0.1:9/')
  return JSON.parse(text) as JsonObject
}
