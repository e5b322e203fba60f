import type { Component } from './packages.ts'

/** One emulated host before anything is on it. */
export interface FleetHost {
  readonly name: string
  readonly component: Component
  /** Kind of target in the inventory. */
  readonly kind: string
  /** Loopback address of the host, `127.x.y.z`. */
  readonly address: string
  readonly roles: readonly string[]
  readonly member?: 'master' | 'slave'
  readonly unit?: string
  readonly site?: string
  readonly attributes: Readonly<Record<string, string | number | boolean>>
}

export interface FleetPlan {
  readonly edges: number
  readonly html5: number
  readonly agents: number
  readonly workstations: number
  /** First two numbers of every address, such as `127.83`. */
  readonly network: string
}

/** Rings of workstations and agents: ring 0 is the few machines that stand for all others. */
const ringCount = 5
const software = ['none', 'antivirus', 'edr'] as const
const sites = ['head office', 'north', 'south', 'harbour'] as const

/** A pair of controllers, gateways, servers with the recording agent and workstations. */
export function planFleet(plan: FleetPlan): readonly FleetHost[] {
  const many = <Item>(count: number, make: (index: number) => Item): readonly Item[] =>
    Array.from({ length: count }, (_, index) => make(index))
  let at = 0
  const address = (): string => {
    at += 1
    return `${plan.network}.${Math.floor(at / 250)}.${(at % 250) + 1}`
  }
  return [
    ...(['master', 'slave'] as const).map(
      (member, index): FleetHost => ({
        name: `controller-${'ab'[index]}`,
        component: 'mediation-controller',
        kind: 'mediation_controller',
        address: address(),
        roles: ['mediation_controller', member],
        member,
        unit: 'controllers',
        attributes: {},
      }),
    ),
    ...many(
      plan.edges,
      (index): FleetHost => ({
        name: `edge-${index + 1}`,
        component: 'edge-gateway',
        kind: 'edge_gateway',
        address: address(),
        roles: ['edge_gateway'],
        unit: 'edges',
        attributes: {},
      }),
    ),
    ...many(
      plan.html5,
      (index): FleetHost => ({
        name: `html5-${index + 1}`,
        component: 'html5-gateway',
        kind: 'html5_gateway',
        address: address(),
        roles: ['html5_gateway'],
        attributes: {},
      }),
    ),
    ...many(
      plan.agents,
      (index): FleetHost => ({
        name: `agent-${padded(index + 1, plan.agents)}`,
        component: 'recording-agent',
        kind: 'agent_server',
        address: address(),
        roles: ['recording_agent'],
        attributes: { ring: ringOf(index, plan.agents), representative: ringOf(index, plan.agents) === 0 },
      }),
    ),
    ...many(
      plan.workstations,
      (index): FleetHost => ({
        name: `workstation-${padded(index + 1, plan.workstations)}`,
        component: 'access-client',
        kind: 'workstation',
        address: address(),
        roles: ['client'],
        site: sites[index % sites.length] ?? sites[0],
        attributes: {
          ring: ringOf(index, plan.workstations),
          representative: ringOf(index, plan.workstations) === 0,
          security_software: software[index % software.length] ?? 'none',
        },
      }),
    ),
  ]
}

/** The first few are ring 0; the others are spread evenly. */
function ringOf(index: number, count: number): number {
  const representatives = Math.min(count, Math.max(1, Math.min(6, Math.ceil(count / 10))))
  if (index < representatives) return 0
  return 1 + Math.floor(((index - representatives) * (ringCount - 1)) / Math.max(1, count - representatives))
}

function padded(index: number, count: number): string {
  return String(index).padStart(Math.max(2, String(count).length), '0')
}
