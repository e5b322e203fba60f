import { type ActionContext, ActionFailure } from '../../ports/executor.ts'
import { decode, runCommand } from '../command.ts'
import type { BackupStore } from './settings.ts'

/** A backup of the configuration, as the bucket lists it. */
export interface BackupFile {
  readonly name: string
  /** As listed, such as `2027-03-14 05:00:00`; empty where the list has none. */
  readonly at: string
  /** The copy without a date in its name, which is always the latest and is overwritten. */
  readonly isLatest: boolean
}

/** Whatever a controller writes: configurations and their versions. */
const ownFile = /_save_cloudx_/
const configFile = /_save_cloudx_config.*\.enc$/
const latestFile = /_save_cloudx_config\.enc$/
const listed = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?)\S*\s/

/** Files of the bucket that hold a configuration, the oldest first; other files are none of ours. */
export async function listBackups(context: ActionContext, store: BackupStore): Promise<readonly BackupFile[]> {
  const lines = (await said(context, store.list))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  // An empty bucket prints nothing; what is no list of backups at all must not pass for one.
  if (lines.length > 0 && !lines.some((line) => ownFile.test(line))) {
    throw new ActionFailure('process', `${store.list[0]} lists nothing that a controller writes`, {
      advice: 'Compare settings.backup_store.list with the bucket that the controller names.',
      notApplied: true,
    })
  }
  const files = lines
    .map((line) => {
      const name = line.split(/\s+/).at(-1) ?? ''
      return { name, at: listed.exec(line)?.[1] ?? '', isLatest: latestFile.test(name) }
    })
    .filter(({ name }) => configFile.test(name))
  const isDated = files.every(({ at }) => at !== '')
  return isDated ? [...files].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)) : files
}

/** Copies with a date in their name beyond the newest `keep`, the oldest first. */
export function surplusOf(files: readonly BackupFile[], keep: number): readonly BackupFile[] {
  const dated = files.filter((file) => !file.isLatest)
  return dated.slice(0, Math.max(0, dated.length - keep))
}

export async function removeBackup(context: ActionContext, store: BackupStore, name: string): Promise<void> {
  if (store.remove === undefined) {
    throw new ActionFailure('process', 'settings.backup_store has no command `remove`', {
      advice: 'Give one, such as [aws, s3, rm, "s3://bucket/{name}"], or archive the old files by hand.',
      notApplied: true,
    })
  }
  const [program, ...rest] = store.remove
  await said(context, [program, ...rest.map((word) => word.replaceAll('{name}', name))])
}

async function said(context: ActionContext, argv: readonly [string, ...string[]]): Promise<string> {
  const { target: _, ...onControl } = context
  const result = await runCommand(onControl, { argv, timeoutMs: Math.min(120_000, context.deadlineMs) })
  if (result.exitCode === 0) return decode(result.stdout)
  throw new ActionFailure('process', `${argv[0]} ended with exit code ${result.exitCode ?? 'none'}`, {
    outputs: { stderr: context.hide(decode(result.stderr).trim()).slice(0, 500) },
    advice: 'Run the commands of settings.backup_store by hand on control, and correct them.',
  })
}
