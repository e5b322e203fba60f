/** One figure: ours against its bare lower bound or peer, both measured in the same run. */
export interface BenchRow {
  readonly figure: string
  readonly ours: number
  readonly peer: number
  readonly peerName: string
  readonly unit: string
  readonly ratio: number
  readonly goal: string
  readonly met: boolean
}

export interface Bench {
  readonly name: string
  readonly title: string
  run(log: (line: string) => void): Promise<BenchRow[]>
}
