import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { durationMs, optionalText, wrong } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { duration, flag, object, text } from '../../schema.ts'
import { healthOf, pauseFor, poolOf, socketOf, targetOf } from '../api.ts'
import { isRunning } from '../socket.ts'
import { interval, intervalMsDefault, minute, system } from './arguments-schema.ts'

export const rollbackState: Action = {
  name: 'cato.rollback_state',
  title: 'Wait until the Socket is back on its version',
  description:
    'A Socket goes back to its previous version by itself when the new one is in trouble; the API offers no call for it. This waits until it runs that version, is connected, and no upgrade goes on any more. A Socket that has declared success on the new version will not go back: that fails at once as `unhealthy`.',
  with: object({
    system,
    version: text('Version', 'The version to be back on. Default: the one that the plan has for the target.'),
    within: duration('Within', 'Longest wait, on the account’s clock.', { default: '10m' }),
    interval,
  }),
  outputs: object(
    {
      version: text('Version', 'What the Socket runs.'),
      connected: flag('Connected', 'It is connected.'),
      upgrade_status: text('Upgrade status', 'The vendor’s word, or `NONE`.'),
    },
    ['version', 'connected', 'upgrade_status'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: minute, worst_ms: 10 * minute },
  runs_on: 'target',
  example: { version: '18.3.3' },
  describe: (args, target) =>
    `wait until ${target?.name ?? 'the Socket'} runs ${String(args['version'] ?? target?.version ?? 'its previous version')} again`,
  async perform(context, args) {
    const pool = await poolOf(context, args)
    const wanted = optionalText(args, 'version') ?? targetOf(context).version
    if (wanted === undefined) throw wrong('version', 'given, and the target has none')
    const untilMs = pool.clock.now() + pool.ours(durationMs(args, 'within', 10 * minute))
    const stepMs = durationMs(args, 'interval', intervalMsDefault)
    for (let notBefore = pool.clock.now(); ; notBefore = pool.clock.now() - pool.ours(stepMs / 2)) {
      const { socket } = await socketOf(context, pool, notBefore)
      const { device } = await healthOf(context, pool)
      const outputs = { version: socket.version, connected: device.connected, upgrade_status: socket.status }
      const isBack = socket.version === wanted
      if (isBack && device.connected && !isRunning(socket.status)) {
        return { outputs, summary: `${device.name} runs ${wanted} and is connected`, changed: false }
      }
      if (!isBack && socket.status === 'SUCCESS') {
        throw new ActionFailure('unhealthy', `${device.name} runs ${socket.version} and has declared success there`, {
          outputs,
          advice: 'It will not go back by itself. Decide in the console with the vendor’s support.',
        })
      }
      if (pool.clock.now() >= untilMs) {
        const state = `${device.connected ? 'connected' : 'not connected'}, status ${socket.status}`
        throw new ActionFailure(
          device.connected ? 'unhealthy' : 'unreachable',
          `${device.name} is not back on ${wanted}: it runs ${socket.version}, ${state}`,
          { outputs, advice: 'Look at the Socket on site or through its own web page; a reboot may be needed.' },
        )
      }
      await pauseFor(context, pool, stepMs, 'waiting for the rollback')
    }
  },
}
