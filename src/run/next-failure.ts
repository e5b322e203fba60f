import type { PlanStep } from '../plan/model.ts'
import { backOutEvent, backOutRefusal } from './back-out.ts'
import { conclude, type Next, type Standing } from './decided.ts'
import type { Choice } from './events.ts'
import { openRules } from './evolve-rules.ts'
import type { StepState } from './state.ts'

/**
 * A step has failed and nothing of it is running. `continue` records it and goes on; in a guided run people always
 * decide otherwise; unattended, `back_out` starts by itself and the rest waits for a decision.
 */
export function handleFailure(standing: Standing, step: PlanStep, current: StepState, message: string): Next {
  const { state } = standing
  const ended = (outcome: 'failed' | 'skipped' | 'marked_done', reason: string, by?: string): Next =>
    conclude(standing, 'StepEnded', { step: step.path, outcome, reason, ...(by ? { by } : {}) })
  if (state.mode === 'dry_run' || step.on_failure === 'continue') return ended('failed', message)
  const answer = current.answer
  if (answer && answer.by !== 'clock' && isFailureChoice(answer.choice)) {
    switch (answer.choice) {
      case 'retry':
      case 'retry_all':
        return conclude(standing, 'StepReopened', {
          step: step.path,
          scope: answer.choice === 'retry' ? 'failed' : 'all',
          by: answer.by,
        })
      case 'skip':
        return ended('skipped', answer.reason ?? message, answer.by)
      case 'waive':
        // The rules that stopped it are waived by now, each for the effect that it stopped.
        if (step.form !== 'acceptance')
          return conclude(standing, 'StepReopened', { step: step.path, scope: 'failed', by: answer.by })
        return ended('marked_done', answer.reason ?? message, answer.by)
      case 'mark_done':
        return ended('marked_done', answer.reason ?? message, answer.by)
      default:
        return 'blocked'
    }
  }
  const prompt = Object.values(state.prompts).find((open) => open.step === step.path)
  if (prompt) return 'blocked'
  if (
    state.mode === 'unattended' &&
    step.on_failure === 'back_out' &&
    state.status === 'running' &&
    backOutRefusal(standing) === undefined
  ) {
    return backOutEvent(standing, `step ${step.number} ${message}`)
  }
  return conclude(standing, 'PromptOpened', {
    prompt: `p${state.promptCount + 1}`,
    kind: 'failure',
    step: step.path,
    choices: choicesAfterFailure(standing, step),
    message: `Step ${step.number} "${step.title}" ${message}${rulesText(standing, step, message)}`,
    roles: step.role ? [step.role] : [],
  })
}

/** Which rules stopped it, unless the failure says so already, and who may let them pass. */
function rulesText({ state }: Standing, step: PlanStep, message: string): string {
  const open = openRules(state, step.path)
  const [first] = open
  if (!first) return ''
  const told = message.includes(`rule "${first.rule}"`)
  const rule = told ? '' : `. Rule "${first.rule}": ${first.title}${first.reason ? ` (${first.reason})` : ''}`
  const roles = [...new Set(open.flatMap(({ overrideBy }) => overrideBy ?? []))]
  const who = open.every(({ overrideBy }) => overrideBy !== undefined) ? roles.join(' or ') : 'nobody'
  return `${rule}. It may be let pass by ${who}`
}

/** A gate that said no can be asked again, but not passed by; a failed criterion is waived, not skipped; a broken rule by whom it names. */
function choicesAfterFailure({ state }: Standing, step: PlanStep): readonly Choice[] {
  if (step.form === 'gate') return ['retry', 'back_out', 'abort']
  if (step.form === 'acceptance') return ['retry', 'waive', 'back_out', 'abort']
  const open = openRules(state, step.path)
  const mayPass = open.length > 0 && open.every(({ overrideBy }) => overrideBy !== undefined)
  return ['retry', 'retry_all', ...(mayPass ? ['waive' as const] : []), 'skip', 'mark_done', 'back_out', 'abort']
}

function isFailureChoice(choice: Choice): boolean {
  return ['retry', 'retry_all', 'skip', 'mark_done', 'waive', 'back_out', 'abort'].includes(choice)
}
