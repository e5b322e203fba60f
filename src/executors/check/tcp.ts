import { type Action, type ActionContext, ActionFailure } from '../../ports/executor.ts'
import { sshAddressOf } from '../../ports/ssh-address.ts'
import { optionalText, portNumber, timeoutMsOf, wrong } from '../arguments.ts'
import { readsOnly } from '../capabilities.ts'
import { decode, runCommand, shell } from '../command.ts'
import { choice, duration, object, text, whole } from '../schema.ts'
import { shown } from '../wording.ts'

const timeoutMsDefault = 10_000

/** How the script below says that a connection did not come about, and that it found nothing to try with. */
const closedExit = 61
const toolMissingExit = 62

/** `nc` where it can; else the shell's own sockets; else what else is commonly there. */
const connectScript = `host=$1 port=$2 seconds=$3
limit=
command -v timeout >/dev/null 2>&1 && limit="timeout $seconds"
if command -v nc >/dev/null 2>&1; then
  said=$(nc -z -w "$seconds" "$host" "$port" 2>&1) && exit 0
  case $said in *invalid*|*[Uu]sage*|*illegal*) ;; *) printf '%s\\n' "$said" >&2; exit ${closedExit} ;; esac
fi
if command -v bash >/dev/null 2>&1; then
  $limit bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$host" "$port" && exit 0
  exit ${closedExit}
fi
if command -v python3 >/dev/null 2>&1; then
  python3 -c 'import socket,sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3])).close()' "$host" "$port" "$seconds" && exit 0
  exit ${closedExit}
fi
if command -v curl >/dev/null 2>&1; then
  curl -s --connect-timeout "$seconds" --max-time "$seconds" "telnet://$host:$port" </dev/null >/dev/null && exit 0
  exit ${closedExit}
fi
exit ${toolMissingExit}`

export const tcp: Action = {
  name: 'check.tcp',
  title: 'Check a TCP connection',
  description:
    'Opens a TCP connection and closes it. By default from control, where the engine runs; with `from: target` from the target, with what is installed there (`nc`, `bash`, `python3` or `curl`).',
  with: object(
    {
      host: text(
        'Host',
        'Name or address to connect to. Default on a target and from control: the address of the target.',
      ),
      port: whole('Port', 'TCP port.', { minimum: 1, maximum: 65_535 }),
      from: choice('From', 'Where the connection is opened.', ['control', 'target'], { default: 'control' }),
      timeout: duration('Timeout', 'Longest time until the connection is open.', { default: '10s' }),
    },
    ['port'],
  ),
  outputs: object({ host: text('Host', 'Where it connected to.'), port: whole('Port', 'TCP port.') }, ['host', 'port']),
  capabilities: readsOnly,
  duration: { expected_ms: 1000, worst_ms: timeoutMsDefault },
  runs_on: 'both',
  example: { host: 'upgrade.example.com', port: 443, from: 'target' },
  describe(args, target) {
    const host = args['host'] === undefined ? (target?.address ?? target?.name ?? '') : shown(args['host'])
    return `connect to ${host}:${shown(args['port'])} from ${args['from'] === 'target' ? (target?.name ?? 'the target') : 'control'}`
  },
  async perform(context, args) {
    const isFromTarget = optionalText(args, 'from') === 'target'
    const host = optionalText(args, 'host') ?? (isFromTarget ? undefined : hostOfTarget(context))
    const port = portNumber(args, 'port')
    if (host === undefined) throw wrong('host', 'given')
    if (port === undefined) throw wrong('port', 'given')
    const timeoutMs = timeoutMsOf(context, args, timeoutMsDefault)
    if (isFromTarget) await connectFromTarget(context, host, port, timeoutMs)
    else await context.ports.net.tcp(host, port, timeoutMs, context.signal)
    return { outputs: { host, port }, summary: `${host}:${port} can be reached`, changed: false }
  },
}

function hostOfTarget(context: ActionContext): string | undefined {
  return context.target === undefined ? undefined : sshAddressOf(context.target).host
}

async function connectFromTarget(context: ActionContext, host: string, port: number, timeoutMs: number): Promise<void> {
  if (context.target === undefined) {
    throw new ActionFailure('process', '`from: target` needs a step that runs on a target', {
      advice: 'Give the step `on`, or leave `from` out.',
      notApplied: true,
    })
  }
  const seconds = String(Math.max(1, Math.ceil(timeoutMs / 1000)))
  const result = await runCommand(context, {
    argv: shell(connectScript, host, String(port), seconds),
    // The script keeps to the time itself; this is for one that cannot.
    timeoutMs: timeoutMs + 5000,
  })
  if (result.exitCode === 0) return
  const where = `${host}:${port} cannot be reached from ${context.target.name}`
  if (result.exitCode === toolMissingExit) {
    throw new ActionFailure('process', `${context.target.name} has nothing to open a connection with`, {
      advice: 'Install netcat or bash there, or check from control.',
    })
  }
  const said = decode(result.stderr).trim().split('\n').at(-1) ?? ''
  throw new ActionFailure('unreachable', said === '' ? where : `${where}: ${said}`, {
    advice: 'Check name, port, routing and firewalls between the two, and proxy settings.',
    outputs: { host, port },
  })
}
