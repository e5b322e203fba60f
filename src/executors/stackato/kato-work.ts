import type { JsonObject } from '../../base/json.ts'
import type { ActionContext, ProbeResult } from '../../ports/executor.ts'
import { runDetached } from '../ssh/detached.ts'
import { lookAtMarker } from '../ssh/marker.ts'
import { asStackato, effectEnvironment, failureOf, type HostOutput, loginShell, nodeOf } from './kato.ts'

/** Long work of a node, as it is run and told. */
export interface HostWork {
  /** As people know it: `kato restart`. */
  readonly what: string
  /** Words for a login shell. */
  readonly words: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Looks whether it may start, and at what is there before; not done for work that was started before. */
  readonly beforeStart?: () => Promise<void>
}

export interface HostWorkDone extends HostOutput {
  /** It had been started before this call. */
  readonly attached: boolean
}

const pollMsMax = 3000

/**
 * Runs long work under a marker on the node: it survives a lost connection and a dead engine, starts once per effect,
 * and goes on at the node when the deadline passes. All that it printed is kept as evidence.
 *
 * @throws ActionFailure by what the output says
 */
export async function runHostWork(context: ActionContext, work: HostWork): Promise<HostWorkDone> {
  const { address } = nodeOf(context)
  const sudo = asStackato(address)
  const show = lineReader((line) => context.log(line))
  const result = await runDetached(context, address, {
    argv: loginShell(work.words),
    env: { ...effectEnvironment(context), ...work.env },
    ...(work.cwd === undefined ? {} : { cwd: work.cwd }),
    ...(work.beforeStart === undefined ? {} : { beforeStart: work.beforeStart }),
    ...(sudo === undefined ? {} : { sudo }),
    pollMsMax,
    outputBytesMax: 4_000_000,
    onOutput: (_stream, chunk) => show(chunk),
  })
  const decoder = new TextDecoder()
  const output = {
    exitCode: result.exitCode,
    stdout: decoder.decode(result.stdout),
    stderr: decoder.decode(result.stderr),
  }
  await context.keepEvidence(`${evidenceName(work.what)}.txt`, 'text/plain', transcript(work.what, output))
  if (output.exitCode !== 0) throw failureOf(work.what, output)
  return { ...output, attached: result.attached }
}

/** Whether the work of this effect was asked for at the node before, however it stands now. */
export async function wasBegun(context: ActionContext): Promise<boolean> {
  const { address } = nodeOf(context)
  const sudo = asStackato(address)
  const { state } = await lookAtMarker({ context, address, ...(sudo === undefined ? {} : { sudo }) })
  return state !== 'none'
}

/**
 * Says from the marker whether the work of this effect has been done. A failed one counts as not applied: what it left
 * half done is what the next call goes on with.
 */
export async function probeHostWork(context: ActionContext, outputs?: () => Promise<JsonObject>): Promise<ProbeResult> {
  const { address } = nodeOf(context)
  const sudo = asStackato(address)
  const seen = await lookAtMarker({ context, address, ...(sudo === undefined ? {} : { sudo }) })
  switch (seen.state) {
    case 'none':
      return { state: 'not_applied', summary: 'never started on the node' }
    case 'starting':
      return { state: 'running', summary: 'about to start on the node' }
    case 'running':
      return { state: 'running', summary: `runs on the node under ${seen.marker}` }
    case 'ended':
      if (seen.exitCode !== 0) return { state: 'not_applied', summary: `ended with exit code ${seen.exitCode}` }
      return { state: 'applied', summary: 'ended well on the node', ...(outputs ? { outputs: await outputs() } : {}) }
    case 'lost':
      return { state: 'unknown', summary: `began and was lost; its output is under ${seen.marker}` }
    case 'fenced':
      return { state: 'unknown', summary: 'another engine has taken over this node' }
  }
}

/** The text that is kept as evidence: the command, what it printed, how it ended. */
export function transcript(what: string, output: HostOutput): string {
  const errors = output.stderr === '' ? '' : `\n--- error output ---\n${output.stderr}`
  return `$ ${what}\n${output.stdout}${errors}\n--- exit code ${output.exitCode} ---\n`
}

export function evidenceName(what: string): string {
  return what
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
}

/** Cuts a stream into lines; what is left without a line end is shown with the next one, or lost at the end of the work. */
function lineReader(show: (line: string) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder()
  let rest = ''
  return (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') show(line)
  }
}
