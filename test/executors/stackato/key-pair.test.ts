import { execFile, execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { makeKeyPair } from '../../../src/executors/stackato/emulator/key-pair.ts'
import { bundleProgram } from '../../support/bundled-program.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

it('makes keys that OpenSSH reads, both halves of one pair', () => {
  const file = join(temporaryFolder(), 'key')
  const pair = makeKeyPair()
  writeFileSync(file, pair.private, { mode: 0o600 })
  expect(execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' }).trim()).toBe(pair.public)
})

it('never stands still, whenever garbage is collected', async () => {
  const program = await bundleProgram(`
    import { makeKeyPair } from './src/executors/stackato/emulator/key-pair.ts'
    for (let made = 0; made < 2500; made += 1) makeKeyPair()
    console.log('made')
  `)
  try {
    // Every so many allocations, so that it also happens in the midst of making a key.
    const words = ['--gc-interval=17', program.path]
    const { stdout } = await promisify(execFile)(process.execPath, words, { timeout: 200_000, killSignal: 'SIGKILL' })
    expect(stdout).toBe('made\n')
  } finally {
    program.remove()
  }
})
