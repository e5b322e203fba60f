/** Calls about one marker on a target; see `marker-script.ts` for what runs there. */
import { type ActionContext, ActionFailure } from '../../ports/executor.ts'
import type { RemoteCommand, RemoteResult, SshAddress } from '../../ports/ssh.ts'
import { endScript, readScript, startScript, statusScript } from './marker-script.ts'

/** What a marker says. `lost`: the work is gone without an exit code, killed or cut off by a restart of the host. */
export interface MarkerState {
  readonly state: 'none' | 'starting' | 'running' | 'ended' | 'lost' | 'fenced'
  readonly fence: number
  readonly exitCode: number | undefined
  readonly outBytes: number
  readonly errBytes: number
  readonly marker: string
}

/** Where the marker of the context's effect lies. */
export interface MarkerPlace {
  readonly context: ActionContext
  readonly address: SshAddress
  /** Marker and work belong to this user then. */
  readonly sudo?: RemoteCommand['sudo']
  /** Relative to the home folder, or absolute. */
  readonly markerFolder?: string
}

export interface MarkerWork {
  readonly argv: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string | Uint8Array
  readonly cwd?: string
}

/** Most bytes that one call brings. */
export const pieceBytesMax: number = 1 << 20

const folderDefault = '.rollbook/effects'
/** Longest time for one call about a marker; the connection counts as broken after that. */
const callMs = 30_000
const keepDays = 30
const killAfterSeconds = 5

/** Reads the marker. */
export async function lookAtMarker(place: MarkerPlace): Promise<MarkerState> {
  return parseState(await call(place, statusScript, []), place)
}

/** Starts the work unless it has been started, and moves the fence up. */
export async function startUnderMarker(place: MarkerPlace, work: MarkerWork): Promise<MarkerState> {
  const fence = String(place.context.fence)
  const args = [fence, inputBytes(work), String(keepDays), work.cwd ?? '', ...work.argv]
  const input = {
    ...(work.env === undefined ? {} : { env: work.env }),
    ...(work.stdin === undefined ? {} : { stdin: work.stdin }),
  }
  return parseState(await call(place, startScript, args, input), place)
}

/** A connection that breaks on the way ends the input early: by its size the target knows whether it has all of it. */
function inputBytes({ stdin }: MarkerWork): string {
  if (stdin === undefined) return '-'
  return String(typeof stdin === 'string' ? new TextEncoder().encode(stdin).length : stdin.length)
}

/** @param from - offset of the first byte, from 0. @param count - at most {@link pieceBytesMax} */
export async function readOutput(
  place: MarkerPlace,
  stream: 'stdout' | 'stderr',
  from: number,
  count: number,
): Promise<Uint8Array> {
  const name = stream === 'stdout' ? 'out' : 'err'
  return (await call(place, readScript, [name, String(from + 1), String(count)])).stdout
}

/** Asks for the end of the work without waiting for it; the target itself sends KILL after a while. */
export async function endUnderMarker(place: MarkerPlace): Promise<void> {
  await call(place, endScript, [String(killAfterSeconds)])
}

async function call(
  place: MarkerPlace,
  script: string,
  args: readonly string[],
  input: Pick<RemoteCommand, 'env' | 'stdin'> = {},
): Promise<RemoteResult> {
  const { context, address } = place
  const session = await context.ports.ssh.session(address, context.signal)
  const result = await session.exec({
    argv: ['sh', '-c', script, 'rollbook', place.markerFolder ?? folderDefault, markerName(context.effect), ...args],
    ...input,
    ...(place.sudo === undefined ? {} : { sudo: place.sudo }),
    timeoutMs: Math.min(callMs, context.deadlineMs),
    signal: context.signal,
    outputBytesMax: pieceBytesMax + 4096,
  })
  if (result.exitCode === 0) return result
  const words = new TextDecoder().decode(result.stderr).trim().split('\n').at(-1) ?? ''
  throw new ActionFailure(
    'process',
    `${address.target}: the marker cannot be kept: ${words || `exit ${result.exitCode}`}`,
    {
      advice: 'Check that the folder of the markers can be written, and that the disk is not full.',
    },
  )
}

/**
 * Turns an effect id into a file name: what is not plain becomes `%XX`; a long one is cut and told apart by a checksum.
 */
export function markerName(effect: string): string {
  const name = encodeURIComponent(effect).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16)}`)
  const plain = name.replace(/^\./, '%2E')
  return plain.length <= 180 ? plain : `${plain.slice(0, 150)}-${fnv1a(effect)}`
}

/** FNV-1a, 64 bits, in hexadecimal. */
function fnv1a(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  }
  return hash.toString(16).padStart(16, '0')
}

function parseState(result: RemoteResult, { context }: MarkerPlace): MarkerState {
  const values = new Map<string, string>()
  for (const line of new TextDecoder().decode(result.stdout).split('\n')) {
    const at = line.indexOf('=')
    if (at > 0) values.set(line.slice(0, at), line.slice(at + 1).trim())
  }
  const state = states.find((each) => each === values.get('state'))
  if (state === undefined) {
    throw new ActionFailure('process', `the marker of ${context.effect} cannot be read`, {
      advice: 'Look at the files under .rollbook/effects on the target.',
    })
  }
  const exit = values.get('exit')
  return {
    state,
    fence: Number(values.get('fence') ?? 0),
    exitCode: exit === undefined || exit === '' ? undefined : Number(exit),
    outBytes: Number(values.get('out') ?? 0),
    errBytes: Number(values.get('err') ?? 0),
    marker: values.get('dir') ?? '',
  }
}

const states = ['none', 'starting', 'running', 'ended', 'lost', 'fenced'] as const
