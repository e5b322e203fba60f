import type { Executor } from '../../ports/executor.ts'
import { buildpackCreate, buildpacks } from './actions/buildpacks.ts'
import { clusterSshReady } from './actions/cluster-ssh.ts'
import { configGet, configSet } from './actions/config.ts'
import { customisationsCompare, customisationsRestore, customisationsSave } from './actions/customisations.ts'
import { dataExport } from './actions/data-export.ts'
import { deaCapacity } from './actions/dea-capacity.ts'
import { destinationsReachable } from './actions/destinations.ts'
import { inspect } from './actions/inspect.ts'
import { maintenanceMode } from './actions/maintenance-mode.ts'
import { nodeList } from './actions/node-list.ts'
import { patchInstall } from './actions/patch-install.ts'
import { patchStatus } from './actions/patch-status.ts'
import { processReady } from './actions/process-ready.ts'
import { restart, retire, start, stop } from './actions/roles.ts'
import { status } from './actions/status.ts'
import { sudoGrant, sudoReady, sudoRevoke } from './actions/sudo.ts'
import { version } from './actions/version.ts'
import { cacheDir } from './helion/cache-dir.ts'
import { nodeUpgrade } from './helion/node-upgrade.ts'
import { recoverKato } from './helion/recover-kato.ts'
import { cacheConditions, cachePrepare } from './modules/cache-prepare.ts'
import { fixKato } from './modules/fix-kato.ts'
import { moduleLatches, moduleLatchRemove } from './modules/module-latches.ts'
import { moduleUpgrade } from './modules/module-upgrade.ts'
import { upgradeOrder } from './modules/upgrade-order.ts'

/**
 * Stackato over SSH. The actions under `actions/` serve every edition; those under `helion/` drive the Sentinel engine
 * of Helion Stackato 3.4 and later, those under `modules/` the module upgrader of Stackato 3.0 to 3.2.
 */
export const stackato: Executor = {
  name: 'stackato',
  title: 'Stackato',
  description:
    'Drives a Stackato cluster through `kato`, over SSH as the user `stackato`. Long commands run under a marker on the node and survive a lost connection. Where the vendor documents no layout, outputs are read tolerantly and say so.',
  contract: 1,
  actions: [
    version,
    nodeList,
    status,
    processReady,
    inspect,
    patchStatus,
    patchInstall,
    configGet,
    configSet,
    maintenanceMode,
    sudoReady,
    sudoGrant,
    sudoRevoke,
    clusterSshReady,
    destinationsReachable,
    deaCapacity,
    dataExport,
    customisationsSave,
    customisationsCompare,
    customisationsRestore,
    buildpacks,
    buildpackCreate,
    start,
    stop,
    restart,
    retire,
    nodeUpgrade,
    recoverKato,
    cacheDir,
    upgradeOrder,
    cacheConditions,
    cachePrepare,
    moduleUpgrade,
    moduleLatches,
    moduleLatchRemove,
    fixKato,
  ],
}
