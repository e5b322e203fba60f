import { ansibleErrors } from './ansible.ts'
import { answerErrors } from './answers.ts'
import { calendarErrors } from './calendar.ts'
import { calendarFileErrors } from './calendar-files.ts'
import { commandLineErrors } from './command-line.ts'
import { documentErrors } from './documents.ts'
import { emulatorErrors } from './emulators.ts'
import type { ErrorArea } from './entry.ts'
import { expressionErrors } from './expressions.ts'
import { inventoryErrors } from './inventory.ts'
import { loadingErrors } from './loading.ts'
import { planRolloutErrors } from './plan-rollouts.ts'
import { planErrors } from './planning.ts'
import { plugInErrors } from './plug-ins.ts'
import { recordErrors } from './records.ts'
import { runErrors } from './runs.ts'
import { secretErrors } from './secrets.ts'
import { simulationErrors } from './simulation.ts'

/** Every code outside of the findings of the language, by area, in the order of the reference page. */
export const errorAreas: readonly ErrorArea[] = [
  { title: 'Command line', entries: commandLineErrors },
  { title: 'Files and inputs', entries: loadingErrors },
  { title: 'Executors from elsewhere', entries: plugInErrors },
  { title: 'Inventory', entries: { ...inventoryErrors, ...ansibleErrors } },
  { title: 'Windows and freezes', entries: { ...calendarErrors, ...calendarFileErrors } },
  { title: 'Plan', entries: { ...planErrors, ...planRolloutErrors, ...expressionErrors } },
  { title: 'Simulation', entries: simulationErrors },
  { title: 'Documents', entries: documentErrors },
  { title: 'Runs', entries: runErrors },
  { title: 'Answers', entries: answerErrors },
  { title: 'Secrets', entries: secretErrors },
  { title: 'Record of a run', entries: recordErrors },
  { title: 'Emulators', entries: emulatorErrors },
]
