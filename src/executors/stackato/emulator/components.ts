/**
 * What is installed on a node: the components of Helion, which Stackato 3.0 calls modules. The vendor names only
 * `stackato-kato`; the other names, which role has which and their order on a node are the emulator's own.
 */
const componentsByRole: Readonly<Record<string, readonly string[]>> = {
  base: ['stackato-base', 'stackato-kato'],
  primary: ['stackato-nats'],
  controller: ['stackato-controller', 'stackato-console', 'stackato-aok'],
  router: ['stackato-router'],
  dea: ['stackato-dea'],
}

export function componentsOf(roles: readonly string[]): readonly string[] {
  return roles.flatMap((role) => componentsByRole[role] ?? [`stackato-${role}`])
}

/** Processes that restart with a component: those of the roles that have it. */
export function rolesOfComponent(component: string, roles: readonly string[]): readonly string[] {
  return roles.filter((role) => componentsOf([role]).includes(component))
}

/** Folders that a component owns on a host; what people changed there does not survive its installation. */
export const ownedFolders: Readonly<Record<string, readonly string[]>> = {
  'stackato-aok': ['s/code/aok'],
  'stackato-console': ['s/code/console'],
}
