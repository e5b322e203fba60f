/** Durations of the module upgrader in emulated seconds; all are the emulator's own, as those of every edition. */
export const moduleSeconds = {
  self_update: 20,
  version_check: 3,
  set_up_cache: 30,
  /** One file from the public network, and one from the caching proxy. */
  download_file: 12,
  cached_file: 2,
  check_download: 4,
  backup_state: 10,
  remove_partial: 3,
  module: 25,
  fix_kato: 20,
} as const
