import { execa } from 'execa'

/**
 * Reads `add PID` and `drop PID` lines; at the end of its input it kills the process groups that are left and removes
 * the folder. Signals that a terminal sends to everyone do not end it.
 */
const script = `trap '' HUP INT TERM
left=
while read -r word pid; do
  case $word in
    add) left="$left $pid" ;;
    drop)
      rest=
      for each in $left; do [ "$each" = "$pid" ] || rest="$rest $each"; done
      left=$rest ;;
  esac
done
for each in $left; do kill -s KILL -- "-$each"; done 2>/dev/null
rm -rf -- "$1"`

/**
 * One small shell that outlives us: however this process ends, by `kill -9` too, the end of the pipe tells the shell,
 * and no control master stays behind.
 */
export class MasterGuard {
  readonly #input: NodeJS.WritableStream
  readonly #shell: PromiseLike<unknown> & { ref(): void }

  /** @param folder - removed at the end */
  constructor(folder: string) {
    const shell = execa('sh', ['-c', script, 'rollbook-ssh-guard', folder], {
      detached: true,
      cleanup: false,
      reject: false,
      stdin: 'pipe',
      stdout: 'ignore',
      stderr: 'ignore',
      cwd: '/',
      env: { PATH: process.env['PATH'] },
      extendEnv: false,
    })
    // Nobody who forgets to close is kept alive by the guard.
    shell.unref()
    this.#input = shell.stdin
    this.#input.on('error', () => undefined)
    this.#shell = shell
  }

  /** @param pid - leader of a process group */
  add(pid: number): void {
    this.#input.write(`add ${pid}\n`)
  }

  drop(pid: number): void {
    this.#input.write(`drop ${pid}\n`)
  }

  async close(): Promise<void> {
    this.#shell.ref()
    this.#input.end()
    await this.#shell
  }
}
