/**
 * Brings what the harness needs onto a Debian machine, says what it does, and is done at once when nothing changed:
 * a browser, the headers and programs that native modules are built with, and code-server, which is VS Code in a browser.
 *
 * code-server is installed without running the scripts of its packages, and afterwards does by hand what those would do:
 * its own script refuses root and downloads a program from a host that many networks do not let through.
 */
import { spawnSync } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/** The last release for Node 20; it carries VS Code 1.100.3. */
const version = '4.100.3'
const node = 20

/** Programs and headers by Debian package: any of the paths shows that it is there. */
const wanted: readonly { readonly debian: string; readonly why: string; readonly shownBy: readonly string[] }[] = [
  { debian: 'chromium', why: 'the browser', shownBy: ['chromium', 'chromium-browser', 'google-chrome'] },
  { debian: 'ripgrep', why: 'the search of VS Code', shownBy: ['rg'] },
  {
    debian: 'libkrb5-dev',
    why: 'headers of a native module',
    shownBy: ['/usr/include/krb5/krb5.h', '/usr/include/krb5.h'],
  },
  { debian: 'pkg-config', why: 'building native modules', shownBy: ['pkg-config'] },
  { debian: 'python3', why: 'building native modules', shownBy: ['python3'] },
  { debian: 'make', why: 'building native modules', shownBy: ['make'] },
  { debian: 'g++', why: 'building native modules', shownBy: ['g++'] },
  {
    debian: 'fonts-dejavu-core',
    why: 'the letters in the pictures',
    shownBy: ['/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf'],
  },
]

/** Modules with a native part, without which the workbench does not start. */
const native = [
  '@parcel/watcher',
  '@vscode/spdlog',
  '@vscode/native-watchdog',
  'native-watchdog',
  '@vscode/sqlite3',
  'kerberos',
  '@vscode/deviceid',
  'node-pty',
]

/** Where the two programs are that the harness starts. */
export interface Installed {
  /** The script that Node runs. */
  readonly codeServer: string
  readonly browser: string
}

/**
 * @param cache - folder outside git that keeps code-server between runs
 * @throws Error in one sentence when something cannot be installed
 */
export function setUp(cache: string): Installed {
  if (Number.parseInt(process.versions.node, 10) !== node)
    throw new Error(`code-server ${version} wants Node ${node}, and this is Node ${process.versions.node}.`)
  installPrograms()
  const folder = join(cache, `code-server-${version}`)
  const codeServer = join(folder, 'node_modules/code-server/out/node/entry.js')
  const stamp = join(folder, '.installed')
  const state = `${version} ${process.version} ${process.arch}\n`
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== state || !existsSync(codeServer)) {
    installCodeServer(folder)
    writeFileSync(stamp, state)
  }
  const browser = process.env['CHROMIUM'] ?? findProgram(['chromium', 'chromium-browser', 'google-chrome'])
  if (browser === undefined) throw new Error('There is no Chromium; name one in the variable CHROMIUM.')
  return { codeServer, browser }
}

function say(line: string): void {
  console.error(line)
}

function findProgram(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return names
    .flatMap((name) => (name.startsWith('/') ? [name] : folders.map((folder) => join(folder, name))))
    .find(isThere)
}

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}

function installPrograms(): void {
  const missing = wanted.filter(({ shownBy }) => findProgram(shownBy) === undefined)
  if (missing.length === 0) return
  const names = missing.map(({ debian }) => debian)
  say(`Installing ${missing.map(({ debian, why }) => `${debian} (${why})`).join(', ')} …`)
  const before = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const apt = (...words: readonly string[]): boolean => {
    const [program = '', ...rest] = [...before, 'apt-get', ...words]
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    return spawnSync(program, rest, { stdio: ['ignore', 2, 2], env }).status === 0
  }
  const install = ['install', '-y', '-q', '--no-install-recommends', ...names]
  if (!apt(...install) && !(apt('update', '-q') && apt(...install)))
    throw new Error(`These packages could not be installed, please install them: ${names.join(' ')}`)
}

function installCodeServer(folder: string): void {
  say(`Installing code-server ${version} from npm, this takes some minutes …`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify({ name: 'editor-harness', private: true, dependencies: { 'code-server': version } })}\n`,
  )
  npm(folder, 'install', '--ignore-scripts')
  npm(folder, 'rebuild', 'argon2')
  const vscode = join(folder, 'node_modules/code-server/lib/vscode')
  npm(vscode, 'install', '--omit=dev', '--ignore-scripts')
  npm(join(vscode, 'extensions'), 'install', '--omit=dev', '--ignore-scripts')
  linkSearch(vscode)
  for (const module of native) {
    if (!existsSync(join(vscode, 'node_modules', module))) continue
    say(`Building ${module} …`)
    npm(vscode, 'rebuild', module)
    if (module === 'node-pty' && !hasTerminal(vscode))
      npm(join(vscode, 'node_modules/node-pty'), 'exec', '--yes', '--', 'node-gyp', 'rebuild')
  }
  // What the script of code-server would link.
  symlinkSync('node_modules', join(vscode, 'node_modules.asar'))
  link('code-linux.sh', join(vscode, 'bin/remote-cli/code-server'))
  link('browser-linux.sh', join(vscode, 'bin/helpers/browser.sh'))
}

/** The search comes without its program, which its script would download. */
function linkSearch(vscode: string): void {
  const program = findProgram(['rg'])
  const bin = join(vscode, 'node_modules/@vscode/ripgrep/bin')
  if (program === undefined || !existsSync(dirname(bin))) return
  mkdirSync(bin, { recursive: true })
  link(program, join(bin, 'rg'))
}

function hasTerminal(vscode: string): boolean {
  const folder = join(vscode, 'node_modules/node-pty')
  if (existsSync(join(folder, 'build/Release/pty.node'))) return true
  const prebuilt = join(folder, 'prebuilds', `linux-${process.arch}`)
  return existsSync(prebuilt) && readdirSync(prebuilt).includes('pty.node')
}

function link(target: string, path: string): void {
  rmSync(path, { force: true })
  symlinkSync(target, path)
}

/** @throws Error when npm fails; its own words are shown then */
function npm(folder: string, ...words: readonly string[]): void {
  const headers = join(dirname(dirname(process.execPath)), 'include/node/node.h')
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    npm_config_unsafe_perm: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_loglevel: 'error',
    npm_config_build_from_source: 'true',
    // One of them starts a program that npm asks about first.
    npm_config_yes: 'true',
    // Headers that came with Node need not be downloaded.
    ...(existsSync(headers) ? { npm_config_nodedir: dirname(dirname(dirname(headers))) } : {}),
  }
  const { status, stdout, stderr, error } = spawnSync('npm', words, {
    cwd: folder,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status === 0) return
  say(`${stdout ?? ''}\n${stderr ?? ''}`)
  throw new Error(
    `npm ${words.join(' ')} failed in ${folder}${error === undefined ? '' : ` (${error.message})`}; its own words stand above.`,
  )
}
