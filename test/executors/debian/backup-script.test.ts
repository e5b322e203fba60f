import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { backupScript } from '../../../src/executors/debian/backup-script.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Tools of a Debian host, as far as the script asks them. */
function makeHost(): { readonly folder: string; backUp(...parts: string[]): ReturnType<typeof spawnSync> } {
  const folder = temporaryFolder()
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  for (const tool of ['dpkg-query', 'dpkg', 'apt-mark']) {
    writeFileSync(join(bin, tool), '#!/bin/sh\necho nothing\n')
    chmodSync(join(bin, tool), 0o755)
  }
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}` }
  const words = (parts: readonly string[]): string[] => [join(folder, 'out'), 'own', 'effect', '0', ...parts]
  return {
    folder,
    backUp: (...parts) => spawnSync('sh', ['-c', backupScript, 'rollbook', ...words(parts)], { env, encoding: 'utf8' }),
  }
}

it('hands the words of a dump on as they are, empty ones and line breaks included', () => {
  const host = makeHost()
  const given = ['', 'two words', "it's", '$HOME `id`', '"', '\\', 'line\n', '-n', '*', '', 'ä']
  const words = ['printf', '<%s>\\n', ...given]
  const ended = host.backUp('dump', 'db.sql', String(words.length), ...words)
  expect(ended.stderr).toBe('')
  expect(ended.status).toBe(0)
  const archive = join(host.folder, 'out/own.tar.gz')
  const dump = execFileSync('tar', ['-xzOf', archive, 'rollbook-backup/db.sql'], { encoding: 'utf8' })
  expect(dump).toBe(given.map((word) => `<${word}>\n`).join(''))
})

it('takes every part, in whatever order', () => {
  const host = makeHost()
  const one = join(host.folder, 'one file')
  writeFileSync(one, 'content')
  const many = Array.from({ length: 12 }, (_, index) => `word-${index}`)
  const ended = host.backUp('dump', 'a', '13', 'echo', ...many, 'path', one, 'dump', 'b', '2', 'echo', 'last')
  expect(ended.status).toBe(0)
  const archive = join(host.folder, 'out/own.tar.gz')
  const listed = execFileSync('tar', ['-tzf', archive], { encoding: 'utf8' })
  expect(listed).toContain('one file')
  const read = (name: string): string =>
    execFileSync('tar', ['-xzOf', archive, `rollbook-backup/${name}`], { encoding: 'utf8' })
  expect([read('a'), read('b')]).toEqual([`${many.join(' ')}\n`, 'last\n'])
  expect(readdirSync(join(host.folder, 'out')).sort()).toEqual(['own.tar.gz', 'own.tar.gz.sha256'])
  expect(readFileSync(join(host.folder, 'out/own.tar.gz.sha256'), 'utf8')).toMatch(/^[0-9a-f]{64} effect\n$/)
})
