import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { durationMs, requiredText, wrong } from '../../arguments.ts'
import { shell, sudoOf } from '../../command.ts'
import { choice, duration, object, text } from '../../schema.ts'
import { sudoSchema } from '../../sudo-schema.ts'
import { shown } from '../../wording.ts'
import { askHost } from '../apt-command.ts'
import { aptFailure } from '../apt-failure.ts'
import { addressOf } from '../arguments.ts'
import { unreadable } from '../unreadable.ts'
import { minute, second } from './capabilities.ts'

/**
 * `$1` service, `$2` seconds to come up, `$3` seconds to stay up, `$4` 1 to restart and not only to look. Exit codes of
 * our own: 64 unknown service, 65 not up in time, 66 went down again, 67 the restart itself failed.
 */
const script = `service=$1 patience=$2 stable=$3 restart=$4
if [ -d /run/systemd/system ]; then
  manager=systemd
  [ "$(systemctl show -p LoadState --value -- "$service" 2>/dev/null)" = not-found ] && exit 64
  again() { systemctl restart -- "$service"; }
  up() { systemctl is-active --quiet -- "$service"; }
else
  manager=sysv
  [ -x "/etc/init.d/$service" ] || exit 64
  again() { service "$service" restart; }
  up() { service "$service" status >/dev/null 2>&1; }
fi
echo "manager=$manager"
if [ "$restart" = 1 ]; then
  # Into a file: a service that keeps its output open would hold the connection, and go with it.
  said=$(mktemp) || exit 73
  again >"$said" 2>&1 </dev/null
  code=$?
  cat "$said" >&2
  rm -f "$said"
  [ $code = 0 ] || up || exit 67
fi
tries=0
until up; do
  [ $tries -ge $((patience * 5)) ] && exit 65
  tries=$((tries + 1))
  sleep 0.2
done
tries=0
while [ $tries -lt $((stable * 5)) ]; do
  sleep 0.2
  up || exit 66
  tries=$((tries + 1))
done
exit 0`

export const serviceRestart: Action = {
  name: 'debian.service_restart',
  title: 'Restart a service',
  description:
    'Restarts a service through systemd, or through its init script where there is no systemd, and waits until it is up and stays up. A service that does not come up, or goes down again, fails as `unhealthy`.',
  with: object(
    {
      service: text('Service', 'Name of the unit or of the init script.', {
        pattern: '^[A-Za-z0-9][A-Za-z0-9@:._-]*$',
      }),
      comes_up_within: duration('Comes up within', 'How long it may take to be up.', { default: '60s' }),
      stable_for: duration('Stays up for', 'How long it has to be up without a break.', { default: '2s' }),
      sudo: sudoSchema,
    },
    ['service'],
  ),
  outputs: object(
    {
      service: text('Service', 'What was restarted.'),
      manager: choice('Manager', 'Who restarted it.', ['systemd', 'sysv']),
    },
    ['service', 'manager'],
  ),
  capabilities: {
    effect: 'disruptive',
    idempotent: true,
    probe: false,
    dry_run: true,
    reversible: false,
    resumable: false,
    // It runs again as it ran before.
    leaves_nothing_to_undo: true,
  },
  duration: { expected_ms: 10 * second, worst_ms: 5 * minute },
  runs_on: 'target',
  example: { service: 'nginx', sudo: true },
  describe: (args) => `restart the service ${shown(args['service'])}`,
  async perform(context, args) {
    addressOf(context, 'debian.service_restart')
    const service = requiredText(args, 'service')
    if (!/^[A-Za-z0-9]/.test(service)) throw wrong('service', 'the name of a service')
    const seconds = (name: string, fallback: number): string =>
      String(Math.ceil(durationMs(args, name, fallback) / 1000))
    const answer = await askHost(context, {
      argv: shell(script, service, seconds('comes_up_within', 60_000), seconds('stable_for', 2000), '1'),
      sudo: await sudoOf(context, args),
      timeoutMs: context.deadlineMs,
    })
    const place = context.target?.name ?? 'the target'
    const manager = /^manager=(systemd|sysv)$/m.exec(answer.stdout)?.[1] ?? ''
    const outputs = { service, manager }
    const said = context.hide(answer.stderr).trim().split('\n').at(-1) ?? ''
    const unhealthy = (words: string): ActionFailure =>
      new ActionFailure('unhealthy', `${service} on ${place} ${words}${said === '' ? '' : `: ${said}`}`, {
        advice: 'Read the log of the service on the target.',
        outputs,
      })
    switch (answer.exitCode) {
      case 0:
        if (manager === '') throw unreadable(context, 'the service')
        return { outputs, summary: `${service} is up again`, changed: true }
      case 64:
        throw new ActionFailure('refused', `there is no service "${service}" on ${place}`, {
          advice: 'Check the name; is the package installed?',
          notApplied: true,
        })
      case 65:
        throw unhealthy('did not come up')
      case 66:
        throw unhealthy('came up and went down again')
      case 67:
        throw unhealthy('could not be restarted')
      default:
        throw aptFailure(context, `restarting ${service}`, answer, manager !== '' && answer.exitCode !== 73)
    }
  },
  async dryRun(context, args) {
    addressOf(context, 'debian.service_restart')
    const service = requiredText(args, 'service')
    const answer = await askHost(context, {
      argv: shell(script, service, '0', '0', '0'),
      sudo: await sudoOf(context, args),
    })
    if (answer.exitCode === 64)
      throw new ActionFailure(
        'refused',
        `there is no service "${service}" on ${context.target?.name ?? 'the target'}`,
        {
          advice: 'Check the name; is the package installed?',
          notApplied: true,
        },
      )
    const state = answer.exitCode === 0 ? 'is up' : 'is not up'
    return { coverage: 'simulated', summary: `${service} is there and ${state}; a restart was not tried` }
  },
}
