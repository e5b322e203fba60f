import type { Scenario } from '../scenario.ts'
import { actionCompletion } from './action-completion.ts'
import { answers } from './answers.ts'
import { colours } from './colours.ts'
import { guidedRun, plainRun, recipeBook, resumed, simulation, validation } from './commands.ts'
import { completion } from './completion.ts'
import { dark } from './dark.ts'
import { hover } from './hover.ts'
import { navigation } from './navigation.ts'
import { notes } from './notes.ts'
import { outline } from './outline.ts'
import { planAtOnce, planView } from './plan-view.ts'
import { problems } from './problems.ts'
import { rename } from './rename.ts'
import { tasks } from './tasks.ts'
import { trees } from './trees.ts'
import { walkthrough } from './walkthrough.ts'

/** In the order in which they are played. */
export const scenarios: readonly Scenario[] = [
  problems,
  answers,
  hover,
  completion,
  actionCompletion,
  outline,
  navigation,
  rename,
  colours,
  notes,
  planAtOnce,
  planView,
  dark,
  trees,
  simulation,
  recipeBook,
  plainRun,
  guidedRun,
  validation,
  tasks,
  resumed,
  walkthrough,
]
