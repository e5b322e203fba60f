/**
 * Components of the Helion edition. The vendor names only `stackato-kato`; the other names, which role has which
 * component and the order on a node are the emulator's own.
 */
const componentsByRole: Readonly<Record<string, readonly string[]>> = {
  base: ['stackato-base', 'stackato-kato'],
  primary: ['stackato-nats'],
  controller: ['stackato-controller', 'stackato-console', 'stackato-aok'],
  router: ['stackato-router'],
  dea: ['stackato-dea'],
}

export function helionComponents(roles: readonly string[]): readonly string[] {
  return roles.flatMap((role) => componentsByRole[role] ?? [`stackato-${role}`])
}

/** Processes that restart with a component: those of the roles that have it. */
export function rolesOfComponent(component: string, roles: readonly string[]): readonly string[] {
  return roles.filter((role) => helionComponents([role]).includes(component))
}

/** Folders that a component owns on a host; what people changed there does not survive its installation. */
export const ownedFolders: Readonly<Record<string, readonly string[]>> = {
  'stackato-aok': ['s/code/aok'],
  'stackato-console': ['s/code/console'],
}

/** Gigabytes of one file in the cache, and what a node has grown by after the clean-up (the vendor's figure). */
export const sizes = { fileGb: 0.2, nodeGrowthGb: 1.3 } as const

/** Free disk space that the vendor asks for, gigabytes, and free memory, megabytes. */
export const floors = { nodeGb: 7, cacheGb: 10, nodeMb: 512, coreMb: 1024 } as const
