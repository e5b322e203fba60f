/** The work that the SSH bench measures, on the real port; what is told to `record` is awaited before the work goes on. */
import type { RemoteCommand, Ssh, SshAddress, SshSession } from '../src/ports/ssh.ts'

export interface WorkloadEvent {
  readonly type: 'step_started' | 'step_ended'
  readonly target: string
  /** From 1, unique within its target. */
  readonly step: number
}

export interface WorkloadOptions {
  /** Hosts on which steps run at the same time. */
  readonly atOnce: number
  /** For example an append to a journal, before and after each step. */
  readonly record?: (event: WorkloadEvent) => Promise<void>
}

type Steps = readonly RemoteCommand['argv'][]

const stepTimeoutMs = 60_000
/** Nine steps that do nothing and one that prints 1 KiB. */
const tenSteps: Steps = Array.from({ length: 10 }, (_, index) => (index === 4 ? ['printf', '%01024d', '0'] : ['true']))

/** Ten small steps in order on each host. */
export async function runTenSteps(ssh: Ssh, addresses: readonly SshAddress[], options: WorkloadOptions): Promise<void> {
  ssh.warm(addresses)
  await eachAtOnce(addresses, options.atOnce, async (address) => {
    await runSteps(await ssh.session(address), address, tenSteps, options)
  })
}

/** Canary of five, then batches of twenty: three steps and a health check per host. */
export async function runRolling(
  ssh: Ssh,
  addresses: readonly SshAddress[],
  options: Pick<WorkloadOptions, 'record'>,
): Promise<void> {
  ssh.warm(addresses)
  const batches = [addresses.slice(0, 5)]
  for (let at = 5; at < addresses.length; at += 20) batches.push(addresses.slice(at, at + 20))
  for (const batch of batches) {
    await eachAtOnce(batch, batch.length, async (address) => {
      const state = `state.${address.host}`
      const version = `version.${address.host}`
      const steps: Steps = [
        ['sh', '-c', `echo draining > ${state}`],
        ['sh', '-c', `echo v2 > ${version}`],
        ['sh', '-c', `echo up > ${state}`],
        ['sh', '-c', `test "$(cat ${version})" = v2 && test "$(cat ${state})" = up`],
      ]
      await runSteps(await ssh.session(address), address, steps, { ...options, atOnce: batch.length })
    })
  }
}

async function runSteps(
  session: SshSession,
  address: SshAddress,
  steps: Steps,
  options: WorkloadOptions,
): Promise<void> {
  for (const [index, argv] of steps.entries()) {
    const event = { target: address.target, step: index + 1 }
    await options.record?.({ type: 'step_started', ...event })
    const result = await session.exec({ argv, timeoutMs: stepTimeoutMs })
    if (result.exitCode !== 0) throw new Error(`${address.target}: ${argv.join(' ')} ended with ${result.exitCode}`)
    await options.record?.({ type: 'step_ended', ...event })
  }
}

async function eachAtOnce<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
}
