import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bucket } from './world.ts'

/** Dated copies that the controller itself keeps with the multiple option. */
const copiesMax = 3

/**
 * A folder in place of a bucket, with real files. The names of the latest copy are the vendor's, those of the dated ones
 * the emulator's own.
 *
 * @param realTime - the files carry the real time; else that of the emulated clock
 * @param rotates - the controller removes its oldest dated copies itself
 */
export function makeBucket(folder: string, realTime: boolean, rotates: boolean): Bucket {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const prefix = 'CloudN_10.16.0.10_save_cloudx'
  return {
    name: 'emulated-controller-backup',
    write(version, at) {
      const stamp = new Date(at)
        .toISOString()
        .replace(/[-:]|\..*/g, '')
        .replace('T', '_')
      const files = [`${prefix}_config_${stamp}.enc`, `${prefix}_config.enc`, `${prefix}_version.txt`]
      for (const name of files) {
        const path = join(folder, name)
        writeFileSync(path, name.endsWith('.txt') ? `${version}\n` : `configuration of ${version} at ${stamp}\n`)
        const seconds = (realTime ? Date.now() : at) / 1000
        utimesSync(path, seconds, seconds)
      }
      const dated = readdirSync(folder).filter((name) => /_config_\d/.test(name))
      const old = rotates ? dated.sort().slice(0, -copiesMax) : []
      for (const name of old) rmSync(join(folder, name))
      return files
    },
  }
}

/** A program in place of the client of a cloud: lists the folder as `aws s3 ls` prints, and removes one file. */
export const bucketProgram = `import { readdirSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
const [folder, verb, name] = process.argv.slice(2)
if (verb === 'remove') rmSync(join(folder, basename(name)))
else {
  const files = readdirSync(folder).map((each) => ({ each, stat: statSync(join(folder, each)) }))
  files.sort((a, b) => a.stat.mtimeMs - b.stat.mtimeMs || (a.each < b.each ? -1 : 1))
  for (const { each, stat } of files) {
    console.log(stat.mtime.toISOString().slice(0, 19).replace('T', ' '), String(stat.size).padStart(8), each)
  }
}
`
