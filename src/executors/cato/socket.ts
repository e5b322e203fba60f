import type { Answer } from '../answer.ts'

/** Documented values of upgradeStatus. What they mean and how they follow one another is not documented. */
export const upgradeStatuses = [
  'PENDING',
  'STARTING',
  'STARTED',
  'RETRY',
  'PENDING_REBOOT',
  'SUCCESS',
  'FAIL',
  'FATAL',
  'SKIP',
  'CANCEL',
] as const
export type UpgradeStatus = (typeof upgradeStatuses)[number]

const running: ReadonlySet<UpgradeStatus | 'NONE'> = new Set([
  'PENDING',
  'STARTING',
  'STARTED',
  'PENDING_REBOOT',
] as const)

/** Our reading: these say that a try goes on. */
export function isRunning(status: UpgradeStatus | 'NONE'): boolean {
  return running.has(status)
}

/** A Socket as the hardware inventory has it. */
export interface Socket {
  readonly serial: string
  readonly version: string
  readonly platform: string
  readonly isPrimary: boolean
  readonly siteId: string
  readonly siteName: string
  /** Versions that the account may move it to. */
  readonly offered: readonly string[]
  /** Automatic upgrades are paused. */
  readonly isPaused: boolean
  readonly status: UpgradeStatus | 'NONE'
}

export function readSocket(item: Answer): Socket {
  const site = item.at('site')
  const status = item.at('upgradeStatus')
  const offered = item.at('availableUpgradeVersions')
  const paused = item.at('upgradesPaused')
  return {
    serial: item.at('serialNumber').text(),
    version: item.at('socketVersion').text(),
    platform: item.at('socketType').text(),
    isPrimary: item.at('isPrimary').flag(),
    siteId: site.at('id').text(),
    siteName: site.at('name').text(),
    offered: offered.isNull ? [] : offered.items().map((version) => version.text()),
    isPaused: paused.isNull ? false : paused.flag(),
    status: status.isNull ? 'NONE' : status.oneOf(upgradeStatuses),
  }
}
