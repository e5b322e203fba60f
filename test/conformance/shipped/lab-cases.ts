/** How the executors for all systems are exercised. */
import { type ConformanceCase, type ConformanceDescription, defineConformance } from '../../../src/conformance/index.ts'
import { detachedEnded, type Lab, look, reset, startLab } from './lab.ts'

type Case = ConformanceCase<Lab>

const secret = { $secret: 'token' }

/** An action that only looks: whatever it is asked, nothing changes. */
function reads(action: string, args: Case['with'], more: Partial<Case> = {}): Case {
  return {
    action,
    with: args,
    prepare: reset({ home: { 'a.txt': 'alpha\n' }, folder: { 'a.txt': 'alpha\n' } }),
    look,
    ...more,
  }
}

function changes(action: string, title: string, args: Case['with'], more: Partial<Case> = {}): Case {
  return { action, title, with: args, prepare: reset(), look, ...more }
}

/** The home folder of the laboratory's host is not that of its user, where SSH begins. */
function inHome(command: string): string[] {
  return ['sh', '-c', `cd "$HOME" && ${command}`]
}

/** What a program prints is its own business. */
const anyOutput = {
  malformed: { ends: ['success'], because: 'what a program prints is its own business' },
} as const satisfies Case['declares']
/** Any answer with the right status is an answer. */
const anyAnswer = {
  malformed: { ends: ['success'], because: 'only the status of the answer is asked for' },
} as const satisfies Case['declares']

const cases: readonly Case[] = [
  reads(
    'check.command',
    (lab) => ({ command: ['cat', `${lab.home}a.txt`], contains: ['alpha'], env: { TOKEN: secret } }),
    {
      declares: {
        malformed: { ends: ['not_ready'], because: 'an unexpected output is what the check is there to find' },
      },
    },
  ),
  reads('check.command', { command: ['true'] }, { title: 'on control', on: 'control', declares: anyOutput }),
  reads('check.disk', { path: '/', min_free: '1MB' }),
  reads('check.dns', { name: 'localhost' }, { on: 'control' }),
  reads(
    'check.dns',
    { name: 'localhost', from: 'target' },
    {
      title: 'asked by the target',
      declares: { malformed: { ends: ['success'], because: 'the first word of each line is taken for an address' } },
    },
  ),
  reads('check.file', (lab) => ({ path: `${lab.home}a.txt`, contains: ['alpha'] })),
  reads(
    'check.http',
    (lab) => ({
      url: `${lab.url}/health`,
      headers: { authorization: secret },
      json: [{ pointer: '/status', equals: 'ok' }],
    }),
    {
      on: 'control',
      declares: {
        denied: { ends: ['not_ready', 'refused'], because: 'an unexpected status is what the check is there to find' },
      },
    },
  ),
  reads('check.memory', { min_available: '1MB' }),
  reads('check.tcp', (lab) => ({ host: '127.0.0.1', port: lab.sshPort }), { on: 'control' }),
  reads('check.tcp', (lab) => ({ host: '127.0.0.1', port: lab.sshPort, from: 'target' }), {
    title: 'opened by the target',
    declares: { malformed: { ends: ['success'], because: 'only the exit code of the tool is asked for' } },
  }),
  reads('check.tls', (lab) => ({ host: '127.0.0.1', port: lab.tlsPort, ca_file: 'ca.pem', min_days_left: 1 }), {
    on: 'control',
  }),
  reads('check.version', { command: ['echo', 'version 3.0.1'], at_least: '3.0' }),

  changes(
    'ssh.run',
    'once or twice, with a probe',
    { script: 'printf done > "$HOME/done.txt"', idempotent: true, probe: inHome('test -s done.txt') },
    {
      declares: anyOutput,
    },
  ),
  changes(
    'ssh.run',
    'never twice, with a probe',
    { script: 'echo one >> "$HOME/log.txt"', probe: inHome('test -s log.txt') },
    {
      declares: anyOutput,
    },
  ),
  changes(
    'ssh.run',
    'a secret by environment and standard input',
    {
      script: '{ printf %s "$TOKEN"; cat; } | sha256sum > "$HOME/sum.txt"',
      env: { TOKEN: secret },
      stdin: secret,
      idempotent: true,
    },
    { declares: anyOutput },
  ),
  changes(
    'ssh.run',
    'detached',
    { script: 'sleep 0.1; echo one >> "$HOME/log.txt"', detached: true, env: { TOKEN: secret } },
    {
      settle: detachedEnded,
      deadlineMs: 700,
      declares: {
        refused: { ends: ['timeout', 'unreachable'], because: 'it looks again until its deadline' },
        dropped: { ends: ['timeout', 'unreachable', 'unknown'], because: 'it looks again until its deadline' },
      },
    },
  ),
  changes(
    'local.run',
    'once or twice, with a probe',
    (lab) => ({
      script: 'printf done > done.txt',
      cwd: lab.folder,
      idempotent: true,
      probe: ['test', '-s', `${lab.folder}done.txt`],
    }),
    {
      on: 'control',
      declares: anyOutput,
    },
  ),
  changes(
    'local.run',
    'a secret by environment',
    (lab) => ({ script: 'printf %s "$TOKEN" | sha256sum >> sum.txt', cwd: lab.folder, env: { TOKEN: secret } }),
    {
      on: 'control',
      declares: anyOutput,
    },
  ),
  changes(
    'http.request',
    'PUT',
    (lab) => ({
      method: 'PUT',
      url: `${lab.url}/job`,
      json: { kind: 'backup', token: secret },
      outputs: { id: '/id' },
    }),
    { on: 'control' },
  ),
  changes(
    'http.request',
    'POST',
    (lab) => ({ method: 'POST', url: `${lab.url}/jobs`, json: { kind: 'backup' }, headers: { authorization: secret } }),
    {
      on: 'control',
      declares: anyAnswer,
    },
  ),
  reads('http.request', (lab) => ({ url: `${lab.url}/status`, outputs: { id: '/id' } }), {
    title: 'GET',
    on: 'control',
  }),
  changes(
    'file.copy',
    'a new file',
    (lab) => ({ content: { $secret_text: ['token=', secret] }, path: `${lab.home}app.conf`, mode: '0640' }),
    {},
  ),
  changes('file.copy', 'in place of another', (lab) => ({ source: 'new.conf', path: `${lab.home}app.conf` }), {
    prepare: reset({ home: { 'app.conf': 'old\n' }, folder: { 'new.conf': 'new\n' } }),
  }),
  reads('file.fetch', (lab) => ({ path: `${lab.home}a.txt` }), { title: 'as evidence' }),
  changes('file.fetch', 'to a file', (lab) => ({ path: `${lab.home}a.txt`, to: 'fetched.txt' }), {
    prepare: reset({ home: { 'a.txt': 'alpha\n' } }),
  }),
  reads('wait.for', { duration: '120ms' }, { on: 'control' }),
  reads('wait.until', (lab) => ({ http: { url: `${lab.url}/health` }, interval: '100ms', timeout: '2s' }), {
    on: 'control',
    declares: {
      refused: { ends: ['timeout'], because: 'a service that is not there yet is what it waits for' },
      dropped: { ends: ['timeout', 'success'], because: 'a service that is not there yet is what it waits for' },
      denied: { ends: ['timeout', 'refused'], because: 'a service that is not ready yet is what it waits for' },
      ...anyAnswer,
    },
  }),
  changes(
    'notify.email',
    'by a system',
    { system: 'mail', to: ['ops@example.org'], subject: 'Upgrade', text: 'It begins.' },
    { on: 'control' },
  ),
  changes(
    'notify.webhook',
    'a text',
    (lab) => ({ url: `${lab.url}/hook`, text: 'It begins.', headers: { authorization: secret } }),
    {
      on: 'control',
      declares: anyAnswer,
    },
  ),
]

export const labConformance = (executor: string): ConformanceDescription =>
  defineConformance<Lab>({
    systems: { laboratory: startLab },
    cases: cases.filter(({ action }) => action.startsWith(`${executor}.`)),
  })
