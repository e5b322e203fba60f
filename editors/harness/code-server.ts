/** A code-server of its own: an empty profile in a temporary folder, one extension, a port that the system chooses. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What every picture shares, and what keeps the workbench from doing things that nobody asked for. */
const settings = {
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.layoutControl.enabled': false,
  'window.commandCenter': false,
  'window.menuBarVisibility': 'compact',
  'editor.fontFamily': 'DejaVu Sans Mono, monospace',
  'editor.fontSize': 13,
  'editor.minimap.enabled': false,
  'editor.wordBasedSuggestions': 'off',
  'editor.accessibilitySupport': 'off',
  'terminal.integrated.fontFamily': 'DejaVu Sans Mono, monospace',
  'terminal.integrated.fontSize': 12,
  // Letters in the page can be read; those drawn on a canvas cannot.
  'terminal.integrated.gpuAcceleration': 'off',
  'terminal.integrated.shellIntegration.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'remote.autoForwardPorts': false,
  'remote.restoreForwardedPorts': false,
  'chat.commandCenter.enabled': false,
  'files.autoSave': 'off',
}

export interface CodeServer {
  /** Address without a slash at its end. */
  readonly url: string
  /** What the server and the extensions have said so far, for a failure. */
  output(): string
  stop(): Promise<void>
}

/**
 * @param program - the script of code-server
 * @param vsix - the packaged extension that is installed first
 */
export async function startCodeServer(program: string, vsix: string): Promise<CodeServer> {
  const profile = mkdtempSync(join(tmpdir(), 'rollbook-vscode-'))
  const data = join(profile, 'data')
  mkdirSync(join(data, 'User'), { recursive: true })
  writeFileSync(join(data, 'User/settings.json'), JSON.stringify(settings, null, 2))
  const places = [
    '--user-data-dir',
    data,
    '--extensions-dir',
    join(profile, 'extensions'),
    '--config',
    join(profile, 'config.yaml'),
  ]
  const env = { ...process.env, XDG_DATA_HOME: join(profile, 'share'), XDG_CONFIG_HOME: join(profile, 'config') }
  execFileSync(process.execPath, [program, ...places, '--install-extension', vsix], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const quiet = [
    '--auth',
    'none',
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-workspace-trust',
    '--disable-getting-started-override',
  ]
  const words = [program, ...places, ...quiet, '--bind-addr', '127.0.0.1:0']
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let said = ''
  const note = (chunk: Buffer): void => void (said += chunk.toString())
  child.stdout.on('data', note)
  child.stderr.on('data', note)
  const stop = async (): Promise<void> => {
    await endGroup(child)
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    return { url: await addressOf(child, () => said), output: () => said, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function addressOf(child: ChildProcess, said: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const address = /listening on (http:\/\/[\d.]+:\d+)/.exec(said())?.[1]
      if (address !== undefined) resolve(address)
    }
    child.stdout?.on('data', look)
    child.on('close', (code) => reject(new Error(`code-server ended with ${code}:\n${said()}`)))
  })
}

/** The server starts processes of its own, which must not outlive it. */
function endGroup(child: ChildProcess): Promise<void> {
  const { pid } = child
  if (pid === undefined || child.exitCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    const force = setTimeout(() => signal(pid, 'SIGKILL'), 5_000)
    child.on('close', () => {
      clearTimeout(force)
      resolve()
    })
    signal(pid, 'SIGTERM')
  })
}

function signal(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name)
  } catch {
    // It has ended by itself.
  }
}
