/**
 * The order in which Stackato 3.0 upgrades the nodes of a cluster. The guide says two things that do not fit together:
 * nodes that match no role of the list come at the end, and the core node is always last. Every node holds `base`, so by
 * the letter none would ever be unmatched. Our reading, settled here and nowhere else (docs/decisions/0060):
 *
 * 1. `base` counts only for a node that holds nothing better.
 * 2. A node stands where the first role of the list stands that it holds.
 * 3. A node that holds none of them, such as one with data services, comes after all that do.
 * 4. The core, which holds `primary`, comes after these, whatever the list says.
 *
 * Nodes in the same place keep the order of the cluster.
 */
export const defaultRoleOrder: readonly string[] = ['dea', 'controller', 'router', 'base', 'primary']

export interface NodeWithRoles {
  readonly roles: readonly string[]
}

/**
 * @param roleOrder - roles in order, as `--role-order` takes them; may be any words
 * @returns the same nodes in the order of the upgrade; nodes in the same place stay as they were
 */
export function orderNodes<Node extends NodeWithRoles>(
  nodes: readonly Node[],
  roleOrder: readonly string[] = defaultRoleOrder,
): readonly Node[] {
  return nodes.toSorted((one, other) => placeOf(one, roleOrder) - placeOf(other, roleOrder))
}

/** The role that decides where the node stands: one of the list, `primary`, or nothing for an unmatched node. */
export function decidingRole(node: NodeWithRoles, roleOrder: readonly string[] = defaultRoleOrder): string | undefined {
  if (node.roles.includes('primary')) return 'primary'
  const better = node.roles.filter((role) => role !== 'base')
  const counted = better.length > 0 ? better : node.roles
  return roleOrder.find((role) => role !== 'primary' && counted.includes(role))
}

function placeOf(node: NodeWithRoles, roleOrder: readonly string[]): number {
  const role = decidingRole(node, roleOrder)
  if (role === 'primary') return roleOrder.length + 1
  return role === undefined ? roleOrder.length : roleOrder.indexOf(role)
}
