import type { CliIo } from './io.ts'
import { wantsColour } from './style.ts'

/** The streams and the environment of this process. */
export function makeNodeIo(): CliIo {
  const { stdin, stdout, stderr, env } = process
  return {
    stdin,
    stdout,
    stderr,
    isTTY: stdout.isTTY === true,
    interactive: stdin.isTTY === true && stdout.isTTY === true,
    get columns() {
      return stdout.columns ?? (Number.parseInt(env['COLUMNS'] ?? '', 10) || 100)
    },
    colour: wantsColour(env, stdout.isTTY === true),
    errorColour: wantsColour(env, stderr.isTTY === true),
    env,
    cwd: process.cwd(),
    now: () => Date.now(),
    onInterrupt(listener) {
      // A pending signal handler alone does not keep Node alive; the timer does, until the listener is removed.
      const alive = setInterval(() => {}, 2 ** 30)
      const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
      for (const signal of signals) process.on(signal, listener)
      return () => {
        clearInterval(alive)
        for (const signal of signals) process.off(signal, listener)
      }
    },
  }
}
