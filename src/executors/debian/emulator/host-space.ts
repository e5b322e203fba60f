import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface SpaceResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Reads orders, three lines each (verb, root, detail), and answers each with one line. It is the first process of the
 * space; when its input ends, it ends, and the kernel ends every other process there and forgets the mounts.
 */
const holderScript = `base=$1
fail() { printf 'error %s\\n' "$*"; }
mkdir -p "$base/usr" "$base/dev" || exit 1
mount --bind /usr "$base/usr" && mount -o remount,bind,ro "$base/usr" || exit 1
mount -t tmpfs -o mode=755,size=64k emulated-dev "$base/dev" || exit 1
for node in null zero full random urandom tty; do : >"$base/dev/$node"; mount --bind "/dev/$node" "$base/dev/$node" || exit 1; done
mkdir "$base/dev/pts" "$base/dev/shm"
chmod 1777 "$base/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 emulated-pts "$base/dev/pts" && ln -s pts/ptmx "$base/dev/ptmx"
ln -s /proc/self/fd "$base/dev/fd"
# Keys lie in memory, out of sight of the machine, and are gone with everything else.
mount -t tmpfs -o mode=700,size=4m emulated-keys /mnt || exit 1
ln -s /proc/self/fd/0 "$base/dev/stdin"; ln -s /proc/self/fd/1 "$base/dev/stdout"; ln -s /proc/self/fd/2 "$base/dev/stderr"
echo ok
while IFS= read -r verb && IFS= read -r root && IFS= read -r detail; do
  case $verb in
    open) { mount --bind "$base/usr" "$root/usr" && mount --rbind "$base/dev" "$root/dev" && mount -t proc proc "$root/proc"; } 2>&1 && echo ok || fail "$root" ;;
    shut) { umount -R "$root/usr" && umount -R -l "$root/dev" && umount -l "$root/proc"; } 2>&1 && echo ok || fail "$root" ;;
    small) path=\${detail#* }
      used=$(du -sk "$root/$path" | cut -f 1)
      { cp -a "$root/$path" "$root/.kept" && mount -t tmpfs -o "mode=755,size=$((used + \${detail%% *}))k" emulated-small "$root/$path" &&
        cp -a "$root/.kept/." "$root/$path/" && rm -rf "$root/.kept"; } 2>&1 && echo ok || fail "$root" ;;
    grow) mount -o "remount,size=1g" "$root/$detail" 2>&1 && echo ok || fail "$root" ;;
    *) fail "$verb" ;;
  esac
done
`

/**
 * Where the emulated hosts live: a mount namespace and a process namespace of their own. In it every host's root folder
 * has the machine's \`/usr\`, read-only, so that \`apt\`, \`dpkg\`, \`gpgv\` and \`sshd\` are Debian's own; everything else below
 * the root is the host's. The machine sees none of the mounts, and nothing of all this outlives the emulator, however
 * it ends. Needs root.
 */
export class HostSpace {
  readonly #holder: ChildProcess
  readonly #answers: AsyncIterator<string>
  #last: Promise<unknown> = Promise.resolve()

  private constructor(holder: ChildProcess) {
    this.#holder = holder
    this.#answers = createInterface({ input: holder.stdout! })[Symbol.asyncIterator]()
  }

  /** @param folder - for the parts that all hosts share */
  static async open(folder: string): Promise<HostSpace> {
    mkdirSync(folder, { recursive: true })
    const words = ['--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private']
    const script = join(folder, 'hold')
    writeFileSync(script, holderScript)
    const holder = spawn('unshare', [...words, 'bash', script, folder], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    })
    let said = ''
    holder.stderr!.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000)
    })
    holder.stdin!.on('error', () => undefined)
    holder.on('error', () => undefined)
    const space = new HostSpace(holder)
    const first = await space.#answer()
    if (first === 'ok') return space
    space.close()
    throw new Error(`the space of the emulated hosts cannot be made: ${said.trim() || first}`)
  }

  /** Mounts what a host needs below its root. */
  async enter(root: string): Promise<void> {
    await this.#order('open', root, '')
  }

  async leave(root: string): Promise<void> {
    await this.#order('shut', root, '')
  }

  /** Puts a file system on a folder of the host that has so much room besides what is there. */
  async shrink(root: string, path: string, freeKib: number): Promise<void> {
    mkdirSync(join(root, path), { recursive: true })
    await this.#order('small', root, `${freeKib} ${path}`)
  }

  /** Gives a file system of {@link shrink} room again. */
  async enlarge(root: string, path: string): Promise<void> {
    await this.#order('grow', root, path)
  }

  /** The command that runs another one in the space, with the machine's own root folder and the space's {@link keyFolder}. */
  wordsBeside(argv: readonly string[]): readonly [string, ...string[]] {
    const own = `/proc/${this.#holder.pid}/ns`
    return ['nsenter', `--mount=${own}/mnt`, `--pid=${own}/pid_for_children`, ...argv]
  }

  /** The command that runs another one on a host. */
  words(root: string, argv: readonly string[]): readonly [string, ...string[]] {
    return this.wordsBeside(['chroot', root, ...argv])
  }

  start(root: string, argv: readonly string[]): ChildProcess {
    const [program, ...rest] = this.words(root, argv)
    return spawn(program, rest, { stdio: ['pipe', 'pipe', 'pipe'], env: hostEnvironment, cwd: '/' })
  }

  run(root: string, argv: readonly string[], stdin = ''): Promise<SpaceResult> {
    const child = this.start(root, argv)
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout!.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr!.on('data', (chunk: Buffer) => err.push(chunk))
    child.stdin!.on('error', () => undefined)
    child.stdin!.end(stdin)
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) =>
        resolve({
          exitCode: code ?? 255,
          stdout: Buffer.concat(out).toString(),
          stderr: Buffer.concat(err).toString(),
        }),
      )
    })
  }

  /** Ends every process of every host. */
  close(): Promise<void> {
    const holder = this.#holder
    const ended =
      holder.exitCode !== null || holder.signalCode !== null
        ? Promise.resolve()
        : new Promise<void>((resolve) => holder.once('exit', () => resolve()))
    holder.stdin!.end()
    holder.kill('SIGKILL')
    return ended
  }

  #order(verb: string, root: string, detail: string): Promise<void> {
    const turn = this.#last.then(async () => {
      this.#holder.stdin!.write(`${verb}\n${root}\n${detail}\n`)
      const lines: string[] = []
      for (;;) {
        const line = await this.#answer()
        if (line === 'ok') return
        lines.push(line)
        if (line.startsWith('error')) throw new Error(`the emulated host cannot be prepared: ${lines.join('; ')}`)
      }
    })
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async #answer(): Promise<string> {
    const { value, done } = await this.#answers.next()
    return done === true ? 'error: the space of the emulated hosts has ended' : value
  }
}

/** A folder in memory that only exists inside a space; its path is short, because sockets lie in it. */
export const keyFolder = '/mnt'

/** What the first process of a host starts with. */
const hostEnvironment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' }
