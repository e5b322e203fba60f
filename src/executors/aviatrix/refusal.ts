import { ActionFailure } from '../../ports/executor.ts'

/** The session is over, or was never one. */
export function isSessionOver(reason: string): boolean {
  return /CID is invalid|Invalid session/i.test(reason)
}

/** Another upgrade goes on. */
export function isUpgradeActive(reason: string): boolean {
  return /active upgrade in progress/i.test(reason)
}

/** What a controller said in place of doing it; nothing was done. */
export function failureOfRefusal(action: string, reason: string): ActionFailure {
  if (/valid action required/i.test(reason)) {
    return new ActionFailure('process', `controller: it knows no API action "${action}"`, {
      advice:
        'Compare the name with what this release of the controller offers; the vendor publishes no complete list.',
      outputs: { unknown_action: action },
      notApplied: true,
    })
  }
  if (isUpgradeActive(reason)) {
    return new ActionFailure('not_ready', `controller: ${reason}`, {
      advice: 'Wait for the end of the upgrade that goes on.',
      notApplied: true,
    })
  }
  return new ActionFailure('refused', `controller: ${action} was refused: ${reason}`, {
    advice: 'Clear what it names, or ask the vendor’s support before anything is upgraded.',
    outputs: { reason },
    notApplied: true,
  })
}
