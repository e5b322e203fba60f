import type { Executor } from '../../ports/executor.ts'
import { availableVersions } from './actions/available-versions.ts'
import { siteConnected, socketConnected } from './actions/connected.ts'
import { downloadState } from './actions/download-state.ts'
import { events, upgradeEvent } from './actions/events.ts'
import { inventory } from './actions/inventory.ts'
import { haReady, kpi } from './actions/kpi.ts'
import { rollbackState } from './actions/rollback-state.ts'
import { snapshot } from './actions/snapshot.ts'
import { timeZone } from './actions/time-zone.ts'
import { upgrade } from './actions/upgrade.ts'

/** Cato Sockets through the account's GraphQL API. */
export const cato: Executor = {
  name: 'cato',
  title: 'Cato Sockets',
  description:
    'Drives the upgrade of Cato Sockets through the GraphQL API of their account. All callers of one account share one budget per operation, one inventory, and gathered calls, so that a fleet stays within the vendor’s rate limits. Where the API has changed, the failure names the field.',
  contract: 1,
  actions: [
    inventory,
    snapshot,
    siteConnected,
    socketConnected,
    timeZone,
    availableVersions,
    downloadState,
    haReady,
    upgrade,
    kpi,
    rollbackState,
    upgradeEvent,
    events,
  ],
}
