import type { RemoteCommand, RemoteResult } from '../../ports/ssh.ts'
import type { RunSpec } from './remote-run.ts'

/** Looks at the group this often before it is killed, a tenth of a second apart. */
const graceLooks = 5
/** For the whole of it; then the far side is left to itself. */
const timeoutMs = 5000

/**
 * Ends process groups on the far side: TERM, half a second of grace, KILL. All of the waiting is done there, so a slow
 * line costs one round trip and not many.
 *
 * @param run - runs a command on the same connection
 * @param pids - group leaders: the login shell, and behind sudo the shell that sudo started
 * @param sudo - as the command itself had it, because only that user may end its processes
 */
export async function endGroup(
  run: (command: RunSpec) => Promise<RemoteResult>,
  pids: readonly number[],
  sudo: RemoteCommand['sudo'],
): Promise<void> {
  const argv = ['sh', '-c', endScript(pids)] as const
  await run({
    argv: [...argv],
    timeoutMs,
    urgent: true,
    ...(sudo === undefined ? {} : { sudo: { ...sudo, login: false } }),
  })
}

function endScript(pids: readonly number[]): string {
  const all = pids.map((pid) => `-${pid}`).join(' ')
  const alive = pids.map((pid) => `kill -s 0 -- -${pid}`).join('||')
  return `exec 2>/dev/null
for g in ${all};do kill -s TERM -- $g;done
n=0
while ${alive};do
n=$((n+1))
[ $n -gt ${graceLooks} ]&&{ for g in ${all};do kill -s KILL -- $g;done;exit 0;}
sleep .1||sleep 1
done
exit 0`
}
