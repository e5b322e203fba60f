import type { JsonObject } from '../../../base/json.ts'
import { type Action, type ActionContext, ActionFailure, type ActionResult } from '../../../ports/executor.ts'
import type { Answer } from '../../answer.ts'
import { durationMs } from '../../arguments.ts'
import { flag, object, text, whole } from '../../schema.ts'
import { afterStart } from '../../under-way.ts'
import { controllerOf } from '../api.ts'
import { type BackupFile, listBackups } from '../backup-store.ts'
import type { Controller } from '../controller.ts'
import { intervalSchema, limitSchema, minute, second, system } from './arguments-schema.ts'

const limitMsDefault = 10 * minute

/** How long one probe looks for the new file, milliseconds of the controller's clock. */
const probeMs = 2 * minute

export const backup: Action = {
  name: 'aviatrix.backup',
  title: 'Back up the configuration of the controller',
  description:
    'Starts a backup at once, with the settings that the controller has (`enable_cloudn_backup_config` with `now`). A controller whose backup is off fails as `not_ready`, because there is no place to write to. Where `settings.backup_store` says how to list the bucket, the new file is awaited there; otherwise the controller’s word has to do. How many files are kept is the matter of `aviatrix.backup_prune`.',
  with: object({ system, interval: intervalSchema('10s'), limit: limitSchema('10m') }),
  outputs: object(
    {
      bucket: text('Bucket', 'Where the controller writes, as it names it.'),
      account: text('Account', 'Access account that it writes with.'),
      multiple: flag('Multiple', 'The controller keeps dated copies too.'),
      file: text('File', 'The newest file; empty where the bucket cannot be listed.'),
      files: whole('Files', 'Number of files with a configuration; 0 where the bucket cannot be listed.'),
      seen: flag('Seen', 'The new file was seen in the bucket.'),
    },
    ['bucket', 'account', 'multiple', 'file', 'files', 'seen'],
  ),
  capabilities: {
    effect: 'change',
    idempotent: false,
    probe: true,
    dry_run: true,
    reversible: false,
    resumable: false,
    leaves_nothing_to_undo: true,
  },
  duration: { expected_ms: minute, worst_ms: limitMsDefault },
  runs_on: 'both',
  example: {},
  describe: () => 'enable_cloudn_backup_config with now=true',
  async perform(context, args) {
    const controller = await controllerOf(context, args)
    const config = await configOf(context, controller)
    const before = await filesOf(context, controller)
    await controller.change('enable_cloudn_backup_config', await paramsOf(context, controller, config), context.signal)
    if (before === undefined) return resultOf(config, [], false)
    const endsAt = controller.clock.now() + controller.ours(durationMs(args, 'limit', limitMsDefault))
    for (;;) {
      const files = await afterStart(context.signal, 'the backup was accepted', () => listed(context, controller))
      if (marksOf(files) !== marksOf(before)) return resultOf(config, files, true)
      if (controller.clock.now() >= endsAt) {
        throw new ActionFailure('timeout', `no new backup appeared in ${config.bucket}`, {
          outputs: resultOf(config, files, false).outputs,
          advice: 'Look at the backup page of the console, and at what its account may do with the bucket.',
        })
      }
      await untilNextLook(context, controller, args)
    }
  },
  async probe(context, args) {
    const controller = await controllerOf(context, args)
    const asksUntil = controller.clock.now() + controller.ours(probeMs)
    // Nothing tells of a backup that is being written, so none is denied before the time is over that it may take.
    const isOverAt = context.begunAt + controller.ours(durationMs(args, 'limit', limitMsDefault))
    for (;;) {
      const files = await filesOf(context, controller)
      const newest = files?.at(-1)
      const at = newest === undefined ? 0 : instantOf(newest)
      if (files === undefined || Number.isNaN(at)) {
        return { state: 'unknown', summary: 'nothing tells when the newest backup was written' }
      }
      const summary = newest === undefined ? 'there is no backup' : `the newest backup is of ${newest.at}`
      // Buckets tell whole seconds.
      if (at + second > context.begunAt) {
        const config = await configOf(context, controller)
        return { state: 'applied', summary, outputs: resultOf(config, files, true).outputs }
      }
      if (controller.clock.now() >= isOverAt) return { state: 'not_applied', summary }
      if (controller.clock.now() >= asksUntil) return { state: 'running', summary }
      await untilNextLook(context, controller, args)
    }
  },
  async dryRun(context, args) {
    const controller = await controllerOf(context, args)
    const config = await configOf(context, controller)
    const files = await filesOf(context, controller)
    const count = files === undefined ? '' : `, which holds ${files.length} files`
    return { coverage: 'simulated', summary: `backup is on, to ${config.bucket}${count}` }
  },
}

interface BackupConfig {
  readonly answer: Answer
  readonly bucket: string
  readonly account: string
  readonly multiple: boolean
}

async function configOf(context: ActionContext, controller: Controller): Promise<BackupConfig> {
  const answer = await controller.read('get_cloudn_backup_config', {}, context.signal)
  if (answer.at('enabled').word() !== 'yes') {
    throw new ActionFailure('not_ready', 'the backup of the controller is switched off', {
      advice: 'Switch it on in the console, with an account and a bucket; without a backup nothing is upgraded.',
      notApplied: true,
    })
  }
  return {
    answer,
    bucket: answer.at('bucket_name').textOr('') || answer.at('storage_name').textOr(''),
    account: answer.at('acct_name').textOr(''),
    multiple: /^(?:yes|true)$/.test(answer.at('multiple_bkup').isNull ? '' : answer.at('multiple_bkup').word()),
  }
}

/** The spelling of two parameters changed with the newest generation. */
async function paramsOf(
  context: ActionContext,
  controller: Controller,
  { answer, account, multiple }: BackupConfig,
): Promise<Readonly<Record<string, string>>> {
  const isNew = controller.generation(await controller.versionInfo(context.signal)) === 3
  const copied = ['cloud_type', 'bucket_name', 'storage_name', 'container_name', 'region'].flatMap((name) => {
    const value = answer.at(name)
    return value.isNull || value.text() === '' ? [] : [[name, value.text()] as const]
  })
  return {
    ...Object.fromEntries(copied),
    [isNew ? 'acct_name' : 'account_name']: account,
    ...(multiple ? { [isNew ? 'multiple_bkup' : 'multiple']: 'true' } : {}),
    now: 'true',
  }
}

async function filesOf(context: ActionContext, controller: Controller): Promise<readonly BackupFile[] | undefined> {
  const store = controller.settings.backupStore
  return store === undefined ? undefined : await listBackups(context, store)
}

async function listed(context: ActionContext, controller: Controller): Promise<readonly BackupFile[]> {
  return (await filesOf(context, controller)) ?? []
}

async function untilNextLook(context: ActionContext, controller: Controller, args: JsonObject): Promise<void> {
  await controller.pause(durationMs(args, 'interval', 10 * second), context.signal, 'waiting for the backup')
}

function marksOf(files: readonly BackupFile[]): string {
  return files.map(({ name, at }) => `${at} ${name}`).join('\n')
}

function instantOf({ at }: BackupFile): number {
  return at === '' ? Number.NaN : Date.parse(`${at.replace(' ', 'T')}Z`)
}

function resultOf(
  config: BackupConfig,
  files: readonly BackupFile[],
  seen: boolean,
): ActionResult & { readonly outputs: JsonObject } {
  const file = files.filter(({ isLatest }) => !isLatest).at(-1)?.name ?? files.at(-1)?.name ?? ''
  return {
    outputs: {
      bucket: config.bucket,
      account: config.account,
      multiple: config.multiple,
      file,
      files: files.length,
      seen,
    },
    summary: seen ? `${file} in ${config.bucket}` : `the controller accepted it, for ${config.bucket}`,
    changed: true,
  }
}
