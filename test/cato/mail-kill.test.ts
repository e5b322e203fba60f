/** The mails of the shipped runbook when the engine is killed while one is on its way. */
import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startCatoEmulator } from '../../src/app/cato-emulator.ts'
import { catoFiles } from '../support/cato-rehearsal.ts'
import { serveMail } from '../support/mail-server.ts'
import { builtProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { mailInputs, readMail } from './read-mail.ts'

it('CATO-02, CATO-40: killed while a mail is on its way and taken up again, nothing is sent twice: a person says whether it arrived', async () => {
  const folder = temporaryFolder()
  for (const name of catoFiles) cpSync(`runbooks/${name}`, join(folder, name))
  // No Socket can be reached, so the night is over at once; it may be at any hour.
  const runbook = join(folder, catoFiles[0])
  const text = readFileSync(runbook, 'utf8')
    .replace(/^ *window: .*\n/m, '')
    .replace('next: at_slot', 'next: when_done')
  writeFileSync(runbook, text)
  const sockets = ['site-001', 'site-002-primary', 'site-002-secondary', 'site-003']
  const faults = sockets.map((socket) => `disconnected:${socket}`)
  const zones = ['Europe/Berlin']
  const emulator = await startCatoEmulator({ directory: join(folder, 'account'), sites: 3, zones, speed: 1, faults })
  onTestFinished(() => emulator.close())
  const subjects: string[] = []
  let engine: ChildProcess | undefined
  const server = await serveMail({
    onData(stream, _session, done) {
      let text = ''
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      stream.on('end', () => {
        // The server has it, and the engine dies before it hears so.
        subjects.push(readMail(text).subject)
        engine?.kill('SIGKILL')
        done()
      })
    },
  })
  const call = (...words: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> => {
    const child = spawn(process.execPath, [builtProgram(), ...words], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    engine = child
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString()
      })
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })))
  }
  const unattended = ['--unattended', '--answers', catoFiles[2]]
  const set = [...mailInputs(server.port), 'stagger=1s'].flatMap((value) => ['--set', value])
  const first = await call(
    'run',
    catoFiles[0],
    '-i',
    'account/inventory.yaml',
    '--values',
    catoFiles[1],
    ...set,
    '--id',
    'r',
    ...unattended,
  )
  expect(first.code, first.output).toBe(null)
  expect(subjects).toEqual(['Socket upgrade to 18.4.1 in the next maintenance window'])
  const arrived = ['--choice', 'mark_done', '--reason', 'it is in the archive of the list']
  const asked = await call('resume', 'r', ...unattended)
  expect(asked.output).toContain('nobody knows whether it took effect')
  await call('answer', 'r', '1.4', ...arrived)
  // It goes on, and dies in the same way at the second mail.
  const again = await call('resume', 'r', ...unattended)
  expect(again.code, again.output).toBe(null)
  expect(subjects.slice(1)).toEqual(['Socket upgrade to 18.4.1: 0 succeeded, 0 failed, 4 skipped'])
  await call('resume', 'r', ...unattended)
  await call('answer', 'r', '2.2', ...arrived)
  const last = await call('resume', 'r', ...unattended)
  expect(last.output).toContain('4.1 Take care of skipped Sockets')
  expect(last.output).not.toContain('internal failure')
  expect(subjects).toHaveLength(2)
})
