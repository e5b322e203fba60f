/**
 * Makes a clone ready to work: `node .ci/setup.mjs [test|demo|bench]`. Needs nothing but Node, says what it does, and is
 * done at once when nothing has changed.
 *
 * 1. Node is new enough.
 * 2. node_modules holds what package-lock.json says; otherwise `npm ci`. No package may run a script while it is installed.
 * 3. The programs that the purpose needs are there; otherwise they are installed (Debian), or named.
 * 4. dist/ is newer than the sources; otherwise it is built.
 * 5. `npx rollbook` finds the program.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const purpose = process.argv[2] ?? 'work'

/** Programs by purpose, each with the Debian package that brings it. */
const programs = {
  ssh: { debian: 'openssh-client', why: 'the connection to every target' },
  sshd: { debian: 'openssh-server', why: 'real SSH servers in the tests' },
  openssl: { debian: 'openssl', why: 'certificates in the tests' },
  ps: { debian: 'procps', why: 'the process lists that the tests look at' },
  tmux: { debian: 'tmux', why: 'the terminal in the tests of the guided run' },
  gpg: { debian: 'gpg', why: 'signed repositories of the emulated Debian hosts', optional: true },
  'gpg-agent': { debian: 'gpg-agent', why: 'signed repositories of the emulated Debian hosts', optional: true },
  gpgv: { debian: 'gpgv', why: 'signatures on the emulated Debian hosts', optional: true },
  sudo: { debian: 'sudo', why: 'the tests of commands under another user', optional: true },
}
const neededBy = {
  work: ['ssh'],
  demo: ['ssh'],
  bench: ['ssh', 'sshd', 'openssl', 'ps'],
  test: ['ssh', 'sshd', 'openssl', 'ps', 'tmux', 'sudo', 'gpg', 'gpg-agent', 'gpgv'],
}

function say(line) {
  console.error(line)
}

function stop(line) {
  say(`setup: ${line}`)
  process.exit(1)
}

function checkNode() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const [major, minor] = engines.node
    .replace(/[^\d.]/g, '')
    .split('.')
    .map(Number)
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number)
  if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
    stop(`Rollbook needs Node ${major}.${minor} or newer, and this is Node ${process.versions.node}.`)
  }
}

/** True when every package of the lock that belongs on this machine is installed in the locked version. */
function isInstalled() {
  const record = join(root, 'node_modules/.package-lock.json')
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  const present = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')).packages : {}
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (!path.startsWith('node_modules/')) return true
    if (link === true) return existsSync(join(root, path))
    if (present[path] === undefined) return optional === true
    return present[path].version === version && existsSync(join(root, path, 'package.json'))
  })
}

function installPackages() {
  const stamp = join(root, 'node_modules/.rollbook-installed')
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  if (!isInstalled()) {
    say('Installing the packages of package-lock.json (npm ci), this takes a moment …')
    const words = [
      'ci',
      '--ignore-scripts',
      '--include=dev',
      '--include=optional',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ]
    const npm = process.env['npm_execpath']
    const [program, before] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
    const { status, error } = spawnSync(program, [...before, ...words], { cwd: root, stdio: ['ignore', 2, 2] })
    if (status !== 0)
      stop(`npm ci failed${error === undefined ? '' : ` (${error.message})`}; its own words stand above.`)
  }
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, lock)
}

function findProgram(name) {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function installPrograms() {
  const missing = (neededBy[purpose] ?? neededBy.work).filter((name) => !findProgram(name))
  if (missing.length === 0) return
  const debian = missing.map((name) => programs[name].debian)
  const list = missing.map((name) => `${name} (${programs[name].why})`).join(', ')
  const required = missing.some((name) => programs[name].optional !== true)
  const before = asRoot()
  if (!findProgram('apt-get') || before === undefined) {
    const advice = `Missing: ${list}. On Debian or Ubuntu: apt-get install ${debian.join(' ')}`
    if (required) stop(advice)
    say(`setup: ${advice}`)
    return
  }
  say(`Installing ${debian.join(' ')} for ${list} …`)
  const run = (...words) => {
    const [program, ...rest] = [...before, ...words]
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    return spawnSync(program, rest, { stdio: ['ignore', 2, 2], env }).status === 0
  }
  const install = ['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...debian]
  const done = run(...install) || (run('apt-get', 'update', '-q') && run(...install))
  if (!done && required) stop(`these packages could not be installed, please install them: ${debian.join(' ')}`)
}

/** The words before a command that needs root, or undefined when there is no way. */
function asRoot() {
  if (process.getuid?.() === 0) return []
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : undefined
}

/** Names, sizes and times of everything that the bundle is made from. */
function sourcesState() {
  // The engine counts because its code cache is kept in dist/ too.
  const hash = createHash('sha256').update(process.version)
  const visit = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined) return
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name))
    else hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`)
  }
  for (const name of [
    'src',
    'schemas',
    'templates',
    'package.json',
    '.ci/build.mjs',
    '.ci/build',
    'node_modules/.rollbook-installed',
  ]) {
    visit(join(root, name))
  }
  return hash.digest('hex')
}

function buildWhenChanged() {
  const stamp = join(root, 'dist/.built-from')
  const state = sourcesState()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return
  say('Building dist/ …')
  try {
    execFileSync(process.execPath, [join(root, '.ci/build.mjs')], { cwd: root, stdio: ['ignore', 'ignore', 2] })
  } catch {
    stop('the build failed; what the compiler said stands above.')
  }
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, state)
}

/**
 * Links the program where npm looks for programs. Without it npx makes a link of its own the first time, and when that was
 * before the program was built it finds nothing and never looks again.
 */
function linkProgram() {
  if (process.platform === 'win32') return
  const { bin = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const [name, path] of Object.entries(bin)) {
    const link = join(root, 'node_modules/.bin', name)
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join('../..', path), link)
  }
}

checkNode()
installPackages()
installPrograms()
buildWhenChanged()
linkProgram()
