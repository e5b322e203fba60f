import type { Executor } from '../../ports/executor.ts'
import { backup } from './actions/backup.ts'
import { download } from './actions/download.ts'
import { dpkgState } from './actions/dpkg-state.ts'
import { hold, unhold } from './actions/hold.ts'
import { installedVersion } from './actions/installed-version.ts'
import { rebootRequired } from './actions/reboot-required.ts'
import { repositoryReachable } from './actions/repository-reachable.ts'
import { serviceRestart } from './actions/service-restart.ts'
import { updateLists } from './actions/update-lists.ts'
import { upgrade } from './actions/upgrade.ts'
import { verifySignature } from './actions/verify-signature.ts'

/** Packages and services of Debian hosts, by apt and dpkg over SSH. Knows no product. */
export const debian: Executor = {
  name: 'debian',
  title: 'Debian',
  description:
    'Upgrades packages of Debian hosts over SSH with the tools that every such host has: apt, dpkg, gpgv, a POSIX shell. Nothing asks a question. Work that takes long runs under a marker on the host, survives a lost connection and is attached to again. A lock that another apt holds is waited for.',
  contract: 1,
  actions: [
    repositoryReachable,
    updateLists,
    verifySignature,
    download,
    upgrade,
    installedVersion,
    dpkgState,
    rebootRequired,
    serviceRestart,
    hold,
    unhold,
    backup,
  ],
}
