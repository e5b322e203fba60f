import type { Scenario } from '../scenario.ts'
import { actionCompletion } from './action-completion.ts'
import { colours } from './colours.ts'
import { completion } from './completion.ts'
import { hover } from './hover.ts'
import { navigation } from './navigation.ts'
import { notes } from './notes.ts'
import { outline } from './outline.ts'
import { problems } from './problems.ts'
import { rename } from './rename.ts'

export const scenarios: readonly Scenario[] = [
  problems,
  hover,
  completion,
  outline,
  rename,
  colours,
  notes,
  navigation,
  actionCompletion,
]
