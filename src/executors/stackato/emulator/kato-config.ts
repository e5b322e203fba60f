import { stringify } from 'yaml'
import { readOptions } from './options.ts'
import { seconds } from './timing.ts'
import type { KatoCall, KatoEntry } from './world.ts'

const formats = { flags: { json: ['-j', '--json'], yaml: ['-y', '--yaml'], flat: ['-f', '--flat'] } } as const

/** `kato config get|set|del`: key paths are separated by `/` or blanks; output is YAML unless JSON is wanted. */
export const configCommands: Readonly<Record<string, KatoEntry>> = {
  'config get': { effect: false, run: get },
  'config set': { effect: true, run: set },
  'config del': { effect: true, run: del },
}

async function get(call: KatoCall, args: readonly string[]): Promise<number> {
  const { flags, rest, problem } = readOptions(args, formats)
  if (problem) return usage(call, problem)
  await call.pause(seconds.read)
  const [component, ...path] = keyPath(rest)
  const { config } = call.world.state
  let value: unknown = component === undefined ? config : config[component]
  for (const key of path) value = isRecord(value) ? value[key] : undefined
  if (value === undefined) {
    call.err(`ERROR: the key "${rest.join(' ')}" does not exist`)
    return 1
  }
  if (flags.has('json')) call.out(JSON.stringify(value))
  else if (flags.has('flat')) for (const [key, leaf] of leaves(value, [])) call.out(`${key.join('/')} ${String(leaf)}`)
  else call.out(stringify(value).trimEnd())
  return 0
}

async function set(call: KatoCall, args: readonly string[]): Promise<number> {
  const { rest, problem } = readOptions(args, formats)
  if (problem) return usage(call, problem)
  if (rest.length < 3) return usage(call, 'a component, a key and a value are needed')
  const [component, ...path] = keyPath(rest.slice(0, -1))
  await call.pause(seconds.config_set)
  let place = (call.world.state.config[component!] ??= {})
  for (const key of path.slice(0, -1)) place = (isRecord(place[key]) ? place[key] : (place[key] = {})) as typeof place
  place[path.at(-1)!] = scalar(rest.at(-1)!)
  call.world.save()
  return 0
}

async function del(call: KatoCall, args: readonly string[]): Promise<number> {
  const { rest, problem } = readOptions(args, formats)
  if (problem) return usage(call, problem)
  const [component, ...path] = keyPath(rest)
  await call.pause(seconds.config_set)
  let place: unknown = call.world.state.config[component ?? '']
  for (const key of path.slice(0, -1)) place = isRecord(place) ? place[key] : undefined
  const last = path.at(-1)
  if (last === undefined || !isRecord(place) || !(last in place)) {
    call.err(`ERROR: the key "${rest.join(' ')}" does not exist`)
    return 1
  }
  delete place[last]
  call.world.save()
  return 0
}

const keyPath = (words: readonly string[]): readonly string[] =>
  words.flatMap((word) => word.split('/')).filter((word) => word !== '')

function scalar(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

function* leaves(value: unknown, path: readonly string[]): Generator<readonly [readonly string[], unknown]> {
  if (!isRecord(value)) yield [path, value]
  else for (const [key, inner] of Object.entries(value)) yield* leaves(inner, [...path, key])
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function usage(call: KatoCall, problem: string): number {
  call.err(`ERROR: ${problem}`)
  return 1
}
