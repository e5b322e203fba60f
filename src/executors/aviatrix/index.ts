import type { Executor } from '../../ports/executor.ts'
import { accountAudit } from './actions/account-audit.ts'
import { backup } from './actions/backup.ts'
import { backupFiles, backupPrune } from './actions/backup-files.ts'
import { controllerHa, instanceAttributes } from './actions/cloud-facts.ts'
import { compatibleImage } from './actions/compatible-image.ts'
import { connectivity } from './actions/connectivity.ts'
import { controllerDns, vpcDnsServer } from './actions/controller-dns.ts'
import { controllerStatus } from './actions/controller-status.ts'
import { gatewayDryRun } from './actions/gateway-dry-run.ts'
import { gatewayStatus } from './actions/gateway-status.ts'
import { gatewayImageUpgrade, gatewayRollback, gatewayUpgrade } from './actions/gateway-upgrades.ts'
import { gateways } from './actions/gateways.ts'
import { platformDryRun } from './actions/platform-dry-run.ts'
import { platformUpgrade } from './actions/platform-upgrade.ts'
import { releases } from './actions/releases.ts'
import { tunnels } from './actions/tunnels.ts'

/** Aviatrix controllers and their gateways. */
export const aviatrix: Executor = {
  name: 'aviatrix',
  title: 'Aviatrix controller and gateways',
  description:
    'Drives the upgrade of an Aviatrix controller and its gateways through the controller’s API, in the wire form of the release that runs, 6.5 to 7.2 and the call that blocks below it. All callers of one controller share one session, which ends with every platform upgrade, and one reading of the gateways. Calls that the vendor publishes no API action for are named by the inventory or the step, never invented.',
  contract: 1,
  actions: [
    controllerStatus,
    gateways,
    gatewayStatus,
    compatibleImage,
    releases,
    tunnels,
    accountAudit,
    controllerDns,
    vpcDnsServer,
    connectivity,
    controllerHa,
    instanceAttributes,
    backup,
    backupFiles,
    backupPrune,
    platformDryRun,
    platformUpgrade,
    gatewayDryRun,
    gatewayUpgrade,
    gatewayImageUpgrade,
    gatewayRollback,
  ],
}
