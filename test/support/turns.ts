/**
 * Lets the event loop go round for a while. Unlike a pause in milliseconds, everything in this process that is ready gets
 * its turn in it, however slow the machine is.
 */
export async function turns(count: number = 30): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
