/** A system whose runbook ships. */
export interface ShippedSystem {
  readonly id: string
  readonly title: string
  /** Name of the runbook in `runbooks/`, without its ending. */
  readonly runbook: string
  /** What `rollbook emulate` calls it. */
  readonly emulator: string
}

export const shippedSystems: readonly ShippedSystem[] = [
  {
    id: 'stackato-3.0',
    title: 'Stackato 3.0: a cluster, role by role',
    runbook: 'stackato-3.0',
    emulator: 'stackato-3.0',
  },
  { id: 'helion-stackato', title: 'Helion Stackato: a cluster', runbook: 'helion-stackato', emulator: 'stackato' },
  { id: 'aviatrix', title: 'Aviatrix: controller and gateways', runbook: 'aviatrix-platform', emulator: 'aviatrix' },
  {
    id: 'aviatrix-images',
    title: 'Aviatrix: images of the gateways',
    runbook: 'aviatrix-gateway-image',
    emulator: 'aviatrix',
  },
  {
    id: 'cleanroom',
    title: 'Cleanroom: servers, clients and agents',
    runbook: 'cleanroom-live-upgrade',
    emulator: 'cleanroom',
  },
  { id: 'cato', title: 'Cato: Sockets in many time zones', runbook: 'cato-sockets', emulator: 'cato' },
]

/** Nothing that ships: a component with steps. */
export const fromScratch = 'scratch'
