import type { ConformanceDescription } from '../../../src/conformance/index.ts'
import { whyNoHosts } from '../../support/debian-hosts.ts'
import { aviatrixConformance } from './aviatrix.ts'
import { catoConformance } from './cato.ts'
import { debianConformance } from './debian.ts'
import { labConformance } from './lab-cases.ts'
import { stackatoConformance } from './stackato.ts'

/** How each executor that ships is exercised. A new one is one line here. */
export const shipped: Readonly<Record<string, ConformanceDescription>> = {
  check: labConformance('check'),
  ssh: labConformance('ssh'),
  local: labConformance('local'),
  http: labConformance('http'),
  file: labConformance('file'),
  wait: labConformance('wait'),
  notify: labConformance('notify'),
  aviatrix: aviatrixConformance,
  cato: catoConformance,
  stackato: stackatoConformance,
  debian: debianConformance,
}

/** Why an executor cannot be exercised on this machine; empty when it can. */
export const impossible: Readonly<Record<string, string>> = { debian: whyNoHosts }

/** Points of a crash that are tried in an ordinary run, where three are too many; `npm run test:long` tries six of each. */
export const pointsMax: Readonly<Record<string, number>> = { aviatrix: 1 }

/** Minutes on a busy machine, so that they are exercised by `npm run test:long`. */
export const longOnes: ReadonlySet<string> = new Set([
  // One function makes these two and aviatrix.gateway_upgrade, which is always exercised.
  'aviatrix.gateway_image_upgrade',
  'aviatrix.gateway_rollback',
  'aviatrix.backup_prune',
  'stackato.maintenance_mode',
  'stackato.sudo_grant',
  'stackato.restart',
  'stackato.stop',
  'stackato.patch_install',
  'stackato.data_export',
  'stackato.customisations_save',
  'stackato.node_upgrade',
  'stackato.sudo_revoke',
  'stackato.destinations_reachable',
  'stackato.dea_capacity',
  'stackato.customisations_compare',
  'stackato.customisations_restore',
  'stackato.buildpack_create',
  'stackato.start',
  'stackato.retire',
  'stackato.recover_kato',
  'stackato.cache_dir',
  'stackato.cache_conditions',
  'stackato.cache_prepare',
  'stackato.module_upgrade',
  'stackato.module_latches',
  'stackato.module_latch_remove',
  'stackato.fix_kato',
  'debian.repository_reachable',
  'debian.installed_version',
  'debian.verify_signature',
  'debian.update_lists',
  'debian.download',
  'debian.upgrade',
  'debian.hold',
  'debian.backup',
])

/**
 * What no case performs yet; the tests of these executors exercise them on their emulators. An action that gets a case
 * has to leave this list.
 */
export const notExercised: Readonly<Record<string, readonly string[] | 'all'>> = {}
