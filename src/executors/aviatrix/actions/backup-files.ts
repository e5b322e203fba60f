import type { JsonObject } from '../../../base/json.ts'
import { type Action, type ActionContext, ActionFailure, type JsonSchema } from '../../../ports/executor.ts'
import { wholeNumber } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { list, object, text, whole } from '../../schema.ts'
import { afterStart } from '../../under-way.ts'
import { shown } from '../../wording.ts'
import { controllerOf } from '../api.ts'
import { type BackupFile, listBackups, removeBackup, surplusOf } from '../backup-store.ts'
import type { BackupStore } from '../settings.ts'
import { minute, requireSchema, system } from './arguments-schema.ts'

const keepSchema = whole('Keep', 'How many dated files stay; the copy without a date stays besides.', {
  minimum: 1,
  default: 3,
})

const fileNames = (title: string, description: string): JsonSchema =>
  list(title, description, text('File', 'Its name.'))

export const backupFiles: Action = {
  name: 'aviatrix.backup_files',
  title: 'List the backups of the controller',
  description:
    'Lists the files of the backup bucket that hold a configuration, through the command in `settings.backup_store`, and says which are more than the newest few. No file at all fails as `not_ready`: a migration or restore needs one. With `require: tidy` surplus files fail too.',
  with: object({ system, keep: keepSchema, require: requireSchema('tidy', 'more files than `keep` fail.') }),
  outputs: object(
    {
      files: fileNames('Files', 'The oldest first.'),
      newest: text('Newest', 'The newest dated file, or the copy without a date.'),
      newest_at: text('Newest at', 'When it was written, as the bucket says; empty where it does not.'),
      surplus: fileNames('Surplus', 'Dated files beyond the newest few, the oldest first.'),
    },
    ['files', 'newest', 'newest_at', 'surplus'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 3000, worst_ms: 2 * minute },
  runs_on: 'both',
  example: { keep: 3 },
  describe: () => 'list the backup bucket',
  async perform(context, args) {
    const { store } = await storeOf(context, args)
    const files = await listBackups(context, store)
    const surplus = surplusOf(files, wholeNumber(args, 'keep') ?? 3)
    const outputs = outputsOf(files, surplus)
    if (files.length === 0 && args['require'] !== 'nothing') {
      throw new ActionFailure('not_ready', 'the bucket holds no backup of the configuration', {
        outputs,
        advice: 'Back up the controller first.',
        notApplied: true,
      })
    }
    if (surplus.length > 0 && args['require'] !== 'nothing') {
      throw new ActionFailure('not_ready', `${surplus.length} backups are more than the bucket should hold`, {
        outputs,
        advice: 'Archive or delete them, with aviatrix.backup_prune or by hand.',
        notApplied: true,
      })
    }
    return { outputs, summary: `${files.length} files, ${surplus.length} surplus`, changed: false }
  },
}

export const backupPrune: Action = {
  name: 'aviatrix.backup_prune',
  title: 'Keep only the newest backups',
  description:
    'Removes the oldest dated backups of the configuration until only the newest few are left, through the commands in `settings.backup_store`; a command that moves a file archives it instead. The copy without a date and everything else in the bucket stay.',
  with: object({ system, keep: keepSchema }),
  outputs: object(
    {
      removed: fileNames('Removed', 'What is gone from the bucket.'),
      files: fileNames('Files', 'What is left, the oldest first.'),
    },
    ['removed', 'files'],
  ),
  capabilities: {
    effect: 'change',
    idempotent: true,
    probe: false,
    dry_run: true,
    reversible: false,
    resumable: false,
    leaves_nothing_to_undo: true,
  },
  duration: { expected_ms: 5000, worst_ms: 5 * minute },
  runs_on: 'both',
  example: { keep: 3 },
  describe: (args) => `remove all but the newest ${shown(args['keep']) || '3'} backups`,
  async perform(context, args) {
    const { store } = await storeOf(context, args)
    const files = await listBackups(context, store)
    const surplus = surplusOf(files, wholeNumber(args, 'keep') ?? 3)
    for (const { name } of surplus) {
      await removeBackup(context, store, name)
      context.log(`removed ${name}`)
    }
    const left =
      surplus.length === 0
        ? files
        : await afterStart(context.signal, `${surplus.length} files were removed`, () => listBackups(context, store))
    return {
      outputs: { removed: surplus.map(({ name }) => name), files: left.map(({ name }) => name) },
      summary: `${surplus.length} removed, ${left.length} left`,
      changed: surplus.length > 0,
    }
  },
  async dryRun(context, args) {
    const { store } = await storeOf(context, args)
    const surplus = surplusOf(await listBackups(context, store), wholeNumber(args, 'keep') ?? 3)
    const names = surplus.map(({ name }) => name).join(', ')
    return { coverage: 'checked', summary: surplus.length === 0 ? 'nothing to remove' : `would remove ${names}` }
  },
}

async function storeOf(context: ActionContext, args: JsonObject): Promise<{ readonly store: BackupStore }> {
  const { settings } = await controllerOf(context, args)
  if (settings.backupStore !== undefined) return { store: settings.backupStore }
  throw new ActionFailure('process', 'the system does not say how to list its backup bucket', {
    advice: 'Give settings.backup_store {list: […], remove: […]}, or look at the bucket as a manual step.',
    notApplied: true,
  })
}

function outputsOf(files: readonly BackupFile[], surplus: readonly BackupFile[]): JsonObject {
  const newest = files.filter(({ isLatest }) => !isLatest).at(-1) ?? files.at(-1)
  return {
    files: files.map(({ name }) => name),
    newest: newest?.name ?? '',
    newest_at: newest?.at ?? '',
    surplus: surplus.map(({ name }) => name),
  }
}
