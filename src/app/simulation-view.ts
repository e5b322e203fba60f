/** Pictures of simulations for doors: the same view models that documents use. */
import { picturePage } from '../book/picture-page.ts'
import { simulationPictures } from '../book/simulation-picture.ts'
import { durationText } from '../book/text.ts'
import type { Timeline } from '../book/view.ts'
import type { Plan } from '../plan/model.ts'
import type { SimulatedRun } from '../simulation/simulated-run.ts'

export { axisTicks } from '../book/timeline-scale.ts'
export type { Timeline, TimelineBar, TimelineMark, TimelineRow } from '../book/view.ts'

/** @param rowsMax - lanes of one picture at most */
export function picturesOf(plan: Plan, run: SimulatedRun, rowsMax: number): readonly Timeline[] {
  return simulationPictures(plan, run, { rowsMax })
}

/** A whole file. */
export function pictureFile(plan: Plan, run: SimulatedRun): string {
  const { title, name, version } = plan.runbook
  const subtitle = `${name} ${version}, scenario ${run.scenario}, seed ${run.seed}: ${run.outcome.replaceAll('_', ' ')} after ${durationText(run.end - run.start)}`
  return picturePage(title, subtitle, simulationPictures(plan, run, { rowsMax: 120 }))
}
