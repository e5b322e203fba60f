/** Runs what was asked for last, a while after nothing more was asked for. */
export class Later {
  private readonly ms: number
  private timer: NodeJS.Timeout | undefined

  constructor(ms: number) {
    this.ms = ms
  }

  run(work: () => void): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(work, this.ms)
  }

  dispose(): void {
    clearTimeout(this.timer)
  }
}
