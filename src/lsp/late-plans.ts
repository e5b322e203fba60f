/** Plans of the open runbooks, made when nobody types, for hints and hovers that tell times. */

import { knownValues } from '../service/known-values.ts'
import { lastPlan, rememberPlan } from '../service/made-plans.ts'
import type { MadePlan, MakePlanOptions } from '../service/make-plan.ts'
import type { Workspace } from '../service/workspace.ts'
import { SlicedWork } from './sliced-work.ts'

/** How long nobody has typed before a plan is made. */
const quietMs = 300

/** Characters of a runbook above which nobody waits for hints about its times. */
const textMax = 1_000_000

type PlanInSteps = (
  workspace: Workspace,
  path: string,
  options: MakePlanOptions,
) => Generator<void, MadePlan | undefined>

export class LatePlans {
  private readonly work = new SlicedWork()
  private readonly open: () => { readonly workspace: Workspace; readonly paths: readonly string[] }
  private readonly made: () => void
  private readonly failed: (error: unknown) => void
  private timer: NodeJS.Timeout | undefined
  private turn = 0

  /**
   * @param open - the documents that the editor shows
   * @param made - called when there are plans that were not there before
   */
  constructor(
    open: () => { readonly workspace: Workspace; readonly paths: readonly string[] },
    made: () => void,
    failed: (error: unknown) => void,
  ) {
    this.open = open
    this.made = made
    this.failed = failed
  }

  /** Something was typed: what is being planned is given up, and everything is looked at again when it is quiet. */
  later(): void {
    this.end()
    const { turn } = this
    this.timer = setTimeout(() => void this.begin(turn), quietMs)
  }

  end(): void {
    this.turn += 1
    clearTimeout(this.timer)
    this.work.end('plans')
  }

  private async begin(turn: number): Promise<void> {
    const { planInSteps } = await import('../service/make-plan.ts')
    if (this.turn !== turn) return
    this.work.start(
      'plans',
      () => this.planAll(planInSteps),
      (count) => {
        if (count > 0) this.made()
      },
      this.failed,
    )
  }

  private *planAll(planInSteps: PlanInSteps): Generator<void, number> {
    const { workspace, paths } = this.open()
    let count = 0
    for (const path of paths) {
      if ((workspace.document(path)?.text.length ?? 0) > textMax) continue
      const document = yield* workspace.readInSteps(path)
      const before = lastPlan(workspace, path)
      const isMade =
        before !== undefined && before.document === document && before.known === knownValues(workspace, path)
      if (document?.outline === undefined || isMade) continue
      const made = yield* planInSteps(workspace, path, { now: Date.now() })
      // While there is nothing better, times of the last good plan stay.
      if (made?.plan === undefined && before?.plan !== undefined) continue
      if (made) rememberPlan(workspace, path, made)
      count += 1
    }
    return count
  }
}
