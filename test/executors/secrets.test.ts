/**
 * Pushes secrets through every channel of every action that takes one, and looks at everything that was written: outputs,
 * summaries, messages, progress, evidence, what `describe` says, and the argument lists of all processes meanwhile.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/base/json.ts'
import { secretForms } from '../../src/base/secret-forms.ts'
import { findAction } from '../../src/executors/index.ts'
import { type Action, ActionFailure } from '../../src/ports/executor.ts'
import type { RecordedContext } from '../support/action-context.ts'
import { serveMail } from '../support/mail-server.ts'
import { serveHttp } from '../support/servers.ts'
import { useSshLab } from '../support/ssh-lab.ts'

const lab = useSshLab()
const secret = fc
  .oneof(
    fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...'abc $"\'\\`!&<>|;*?{}[]()~#%=+/äß€'), minLength: 8, maxLength: 24 }),
  )
  // Lines of white space only, or text that our own words contain, would be found everywhere.
  .filter((text) => text.trim().length >= 8 && /[^\s\w]/.test(text) && new Set(text).size > 5)

const token = { $secret: 'token' }
const around = { $secret_text: ['before ', token, ' after'] }

/** How far sides give a secret back, plain and transformed; the engine's mask must catch all of it. */
const echo =
  'printf "%s\\n" "$TOKEN"; printf %s "$TOKEN" | base64; printf %s "$TOKEN" | od -An -tx1 | tr -d " \\n"; cat'

/** Everything of one call that lands on disk or on a screen. */
interface Written {
  readonly masked: string
  /** What came from us alone, before the mask: taint must have kept it clean. */
  readonly ours: string
}

async function call(action: Action, context: RecordedContext, args: JsonObject): Promise<Written> {
  const words = action.describe(args, lab.target)
  const dry = action.dryRun === undefined ? '' : JSON.stringify(await action.dryRun(context, args).catch(textOf))
  const outcome = JSON.stringify(await action.perform(context, args).catch(textOf))
  const evidence = [...context.evidence.values()].map((bytes) => Buffer.from(bytes).toString()).join('\n')
  return { masked: [...context.lines, evidence].join('\n'), ours: [words, dry, outcome].join('\n') }
}

function textOf(error: unknown): object {
  if (!(error instanceof ActionFailure)) throw error
  return { message: error.message, advice: error.advice, outputs: error.outputs, class: error.class }
}

function expectClean(text: string, value: string): void {
  const forms = secretForms(value)
  for (const form of [...forms.written, ...forms.encoded]) {
    const needle = Buffer.from(form).toString()
    if (needle.trim().length >= 6) expect(text).not.toContain(needle)
  }
}

const need = (name: string): Action => {
  const action = findAction(name)
  if (action === undefined) throw new Error(`no action ${name}`)
  return action
}

describe('secrets pushed through every channel', () => {
  it.each([
    ['ssh.run', {}],
    ['ssh.run', { detached: true }],
    ['local.run', {}],
  ])('%s %j: environment and standard input, echoed back in many forms', async (name, more) => {
    let count = 0
    await fc.assert(
      fc.asyncProperty(secret, async (value) => {
        count += 1
        const context = lab.context({ secrets: { token: value }, effect: `${name}-${count}` })
        const args = { script: echo, env: { TOKEN: token }, stdin: around, ...more }
        const written = await call(need(name), context, args)
        expectClean(written.masked, value)
        // The program itself gave it away, so the outputs hold it: they pass the engine's mask, which is the same.
        const { makeMasker } = await import('../../src/base/mask.ts')
        expectClean(makeMasker([value]).text(written.ours), value)
        expect(written.ours).toContain('exit_code')
      }),
      { numRuns: 12 },
    )
  })

  it.each([
    ['ssh.run', {}],
    ['ssh.run', { detached: true }],
    ['local.run', {}],
  ])('%s %j: not in any argument list while it runs, nor in files on the target', async (name, more) => {
    const value = 'S3cret value; $(touch x) `y` "z" \'q\''
    const out = join(lab.sshd.directory, `arguments ${name} ${JSON.stringify(more).length}`)
    const script =
      'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " " >"$OUT"; grep -rl "S3cret" "$HOME/.rollbook" 2>/dev/null; cat >/dev/null'
    const context = lab.context({ secrets: { token: value }, effect: `arguments-${name}` })
    const args = { script, env: { TOKEN: token, OUT: out }, stdin: token, ...more, expect_exit: [0] }
    const result = await need(name).perform(context, args)
    expect(result.outputs['stdout']).toBe('')
    const seen = readFileSync(out, 'utf8')
    expect(seen).toContain('cmdline')
    expectClean(seen, value)
  })

  it('http.request and check.http: headers, body and JSON', async () => {
    const seen: string[] = []
    const url = await serveHttp((request, response) => {
      seen.push(request.headers.authorization ?? '')
      request.resume()
      request.on('end', () => response.writeHead(request.url === '/fail' ? 500 : 200).end('{}'))
    })
    const headerSafe = secret.map((text) => text.replace(/[^\x21-\x7e]/g, '_')).filter((text) => new Set(text).size > 5)
    await fc.assert(
      fc.asyncProperty(headerSafe, fc.constantFrom('/ok', '/fail'), async (value, path) => {
        const context = lab.context({ secrets: { token: value } })
        const headers = { Authorization: { $secret_text: ['Bearer ', token] } }
        for (const [name, args] of [
          ['http.request', { method: 'POST', url: url + path, headers, body: around }],
          ['http.request', { method: 'PUT', url: url + path, headers, json: { deep: [{ password: token }] } }],
          ['check.http', { url: url + path, headers }],
          ['notify.webhook', { url: url + path, headers, json: { t: token } }],
        ] as const) {
          const written = await call(need(name), context, args)
          expectClean(written.ours, value)
          expectClean(written.masked + context.unmasked.join(), value)
        }
        expect(seen.at(-1)).toBe(`Bearer ${value}`)
      }),
      { numRuns: 20 },
    )
  })

  it('notify.email: the password of the server, taken and refused', async () => {
    const passwords: (string | null | undefined)[] = []
    const server = await serveMail({
      authOptional: false,
      onAuth: (auth, _session, done) => {
        passwords.push(auth.password)
        if (passwords.length % 2 === 0) done(new Error(`wrong password ${auth.password}`))
        else done(null, { user: 'u' })
      },
    })
    await fc.assert(
      fc.asyncProperty(secret, async (value) => {
        const context = lab.context({ secrets: { token: value } })
        const args = {
          to: ['a@example.org'],
          from: 'b@example.org',
          subject: 'x',
          text: 'y',
          server: { host: '127.0.0.1', port: server.port, tls: 'none', user: 'u', password: token },
        }
        const { makeMasker } = await import('../../src/base/mask.ts')
        for (let times = 0; times < 2; times += 1) {
          const written = await call(need('notify.email'), context, args)
          // A server may repeat the password in its refusal; the engine masks messages.
          expectClean(makeMasker([value]).text(written.ours), value)
          expectClean(context.unmasked.join(), value)
        }
        expect(passwords.at(-1)).toBe(value)
      }),
      { numRuns: 10 },
    )
  })

  it('file.copy: the content', async () => {
    let count = 0
    await fc.assert(
      fc.asyncProperty(secret, async (value) => {
        count += 1
        const path = join(lab.sshd.directory, `content-${count}`)
        const context = lab.context({ secrets: { token: value }, effect: `copy-${count}` })
        const written = await call(need('file.copy'), context, { content: around, path, mode: '0600' })
        expectClean(written.ours + written.masked + context.unmasked.join(), value)
        expect(readFileSync(path, 'utf8')).toBe(`before ${value} after`)
      }),
      { numRuns: 10 },
    )
  })

  it.each([
    ['ssh.run', { command: ['echo', token] }],
    ['ssh.run', { script: around }],
    ['ssh.run', { command: ['true'], cwd: token }],
    ['local.run', { command: [around] }],
    ['check.command', { command: ['echo', token] }],
    ['check.version', { command: ['echo', token] }],
    ['check.http', { url: token }],
    ['http.request', { url: around }],
    ['file.copy', { content: 'x', path: token }],
    ['notify.email', { to: ['a@b.example'], subject: token, text: 'x', from: 'a@b.example', server: { host: 'h' } }],
    ['notify.email', { to: ['a@b.example'], subject: 'x', text: around, from: 'a@b.example', server: { host: 'h' } }],
  ])('%s refuses %j before anything is done', async (name, args) => {
    const context = lab.context({ secrets: { token: 'never to be seen' } })
    const failure = await need(name)
      .perform(context, args as JsonObject)
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({ class: 'refused', notApplied: true })
    expect(String(failure)).not.toContain('never to be seen')
  })
})
