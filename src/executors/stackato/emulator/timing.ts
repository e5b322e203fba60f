/**
 * Durations in emulated seconds. The vendor gives none: every figure here is the emulator's own, chosen so that the
 * proportions look plausible. `speed` divides them all.
 */
export const seconds = {
  read: 0.6,
  config_set: 2,
  data_export: 180,
  patch_status: 2,
  patch_install: 15,
  inspect: 20,
  node_start: 60,
  node_stop: 20,
  node_restart: 80,
  retire_instance: 15,
  retire: 20,
  self_update: 40,
  version_check: 3,
  download_file: 12,
  check_download: 8,
  component: 25,
  dea_start: 20,
  ready_poll: 1,
  service_restart: 3,
  buildpack: 5,
} as const

/** After so long without the core, processes elsewhere do not come back alone (the vendor's figure). */
export const coreAwayLimitSeconds = 90

/** Waits emulated seconds; `speed` emulated seconds pass in one real second. */
export class Pace {
  readonly #speed: number
  /** Multiplies every wait; the fault `slow` raises it. */
  factor = 1
  readonly #startedAt: number = Date.now()

  constructor(speed: number) {
    this.#speed = speed
  }

  /** Emulated seconds since the start. */
  elapsed(): number {
    return ((Date.now() - this.#startedAt) / 1000) * this.#speed
  }

  realMs(emulatedSeconds: number): number {
    return (emulatedSeconds * 1000 * this.factor) / this.#speed
  }

  /** @throws the signal's reason as soon as it is aborted */
  wait(emulatedSeconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const done = (): void => {
        signal.removeEventListener('abort', abort)
        resolve()
      }
      const timer = setTimeout(done, this.realMs(emulatedSeconds))
      const abort = (): void => {
        clearTimeout(timer)
        reject(signal.reason)
      }
      signal.addEventListener('abort', abort, { once: true })
    })
  }
}
