import type { EffectRecord } from './effect-log.ts'
import { configCommands } from './kato-config.ts'
import { dataCommands } from './kato-data.ts'
import { nodeCommands } from './kato-nodes.ts'
import { patchCommands } from './kato-patches.ts'
import { processCommands } from './kato-processes.ts'
import { seconds } from './timing.ts'
import type { KatoCall, KatoEntry } from './world.ts'

const commonCommands: Readonly<Record<string, KatoEntry>> = {
  ...configCommands,
  ...nodeCommands,
  ...processCommands,
  ...dataCommands,
  ...patchCommands,
}

/** `kato` itself: finds the command by its words, applies the faults that concern every command, logs effects. */
export async function kato(call: KatoCall, args: readonly string[]): Promise<number> {
  const { world, here } = call
  if (call.user === 'root') {
    call.err('ERROR: kato must be run as the user stackato, not as root')
    return 1
  }
  const table: Readonly<Record<string, KatoEntry>> = { ...commonCommands, ...world.edition.commands }
  const words = [2, 1].map((count) => args.slice(0, count).join(' ')).find((text) => table[text])
  if (!words) {
    call.err(`ERROR: unknown command: kato ${args.join(' ')}`.trimEnd())
    return 1
  }
  const entry = table[words]!
  const rest = args.slice(words.split(' ').length)
  const concerns = ([command]: readonly string[]): boolean => command === words || words.split(' ').includes(command!)
  if (world.faults.take('hang', concerns)) await call.pause(10_000_000)
  if (world.faults.take('malformed-output', concerns)) {
    await call.pause(seconds.read)
    call.out('\u0007\u001b[31m<<<< ??? >>>>')
    return 0
  }
  if (!entry.effect) return entry.run(call, rest)
  world.state.history.push(`kato ${args.join(' ')}`)
  const drop = world.faults.take('drop-connection-during', concerns)
  if (drop) setTimeout(() => world.dropConnections(here.name), world.pace.realMs(dropAfterSeconds))
  return logged(call, `kato ${args.join(' ')}`, () => entry.run(call, rest))
}

const dropAfterSeconds = 10

/** Logs the start and the end of a command that changes something. */
export async function logged(call: KatoCall, what: string, run: () => Promise<number>): Promise<number> {
  const effect = call.env['ROLLBOOK_EFFECT']
  const fence = call.env['ROLLBOOK_FENCE']
  const entry = {
    node: call.here.name,
    kind: 'command',
    what,
    ...(effect ? { effect } : {}),
    ...(fence ? { fence } : {}),
  } as const satisfies Omit<EffectRecord, 'seq' | 'at'>
  call.world.effects.add({ ...entry, phase: 'started' })
  try {
    const code = await run()
    call.world.effects.add({ ...entry, phase: 'finished', exit_code: code })
    return code
  } catch (error) {
    call.world.effects.add({ ...entry, phase: 'aborted' })
    throw error
  }
}
