/** A real terminal that a test types into and looks at: tmux, on a server of its own. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TerminalOptions {
  readonly cwd: string
  readonly columns: number
  readonly rows: number
  readonly env?: Readonly<Record<string, string>>
}

export class TmuxTerminal {
  readonly #folder = mkdtempSync(join(tmpdir(), 'rollbook-tmux-'))

  /** @param command - a line for a shell; when it ends, `[exit N]` stands on the screen and the terminal stays */
  constructor(command: string, options: TerminalOptions) {
    const env = Object.entries({ TZ: 'UTC', LANG: 'C.UTF-8', ...options.env }).map(
      ([name, value]) => `${name}=${value}`,
    )
    this.#tmux(
      ...['-f', '/dev/null', 'new-session', '-d', '-s', 'main', '-c', options.cwd],
      ...['-x', String(options.columns), '-y', String(options.rows)],
      ...['env', ...env, 'sh', '-c', `${command}; echo "[exit $?]"; exec sleep 3600`],
    )
  }

  /** Presses keys: text, or names such as `Enter`, `Down`, `C-c`. */
  press(...keys: readonly string[]): void {
    this.#tmux('send-keys', '-t', 'main', ...keys)
  }

  type(text: string): void {
    this.#tmux('send-keys', '-t', 'main', '-l', text)
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-t', 'main', '-x', String(columns), '-y', String(rows))
  }

  /** What stands on the screen, without empty lines at its end. */
  screen(): string {
    return this.#tmux('capture-pane', '-p', '-t', 'main').trimEnd()
  }

  /** Everything that was printed, also what has scrolled away. */
  history(): string {
    return this.#tmux('capture-pane', '-p', '-S', '-', '-t', 'main').trimEnd()
  }

  /**
   * Waits until a text stands on the screen, and then, for a moment at most, until the picture around it is whole. The
   * test's own limit of time tells when it never does.
   */
  async see(text: string | RegExp): Promise<string> {
    const shows = (screen: string): boolean => (typeof text === 'string' ? screen.includes(text) : text.test(screen))
    let seen = await this.#next()
    while (!shows(seen)) seen = await this.#next()
    for (let looks = 0; looks < 10; looks += 1) {
      const next = await this.#next()
      if (next === seen || !shows(next)) return seen
      seen = next
    }
    return seen
  }

  async #next(): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, 50))
    return this.screen()
  }

  end(): void {
    try {
      this.#tmux('kill-server')
    } catch {
      // It has ended by itself.
    }
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #tmux(...words: readonly string[]): string {
    const { TMUX: _, ...env } = process.env
    return execFileSync('tmux', ['-S', join(this.#folder, 'server'), ...words], {
      encoding: 'utf8',
      env: { ...env, LANG: 'C.UTF-8' },
    })
  }
}
