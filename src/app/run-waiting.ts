/** What a run waits for, and the command that answers it. */
import type { PlanFormField } from '../plan/model.ts'
import type { Choice, PromptKind } from '../run/events.ts'
import type { PlanIndex } from '../run/plan-index.ts'
import type { PromptState, RolloutState, RunState } from '../run/state.ts'

export interface WaitingFor {
  /** Id of the prompt. */
  readonly prompt: string
  readonly kind: PromptKind
  /** Number of the step; of a criterion, that of its acceptance step. */
  readonly step: string
  readonly path: string
  readonly title: string
  readonly message: string
  /** Absent: not about one target; empty text: control. */
  readonly target?: string
  readonly criterion?: string
  readonly choices: readonly Choice[]
  readonly roles: readonly string[]
  /** What the runbook calls them. */
  readonly roleTitles: readonly string[]
  readonly fields: readonly PlanFormField[]
  readonly evidence: readonly { readonly id: string; readonly title: string; readonly required: boolean }[]
  /** Approvals that a gate has and needs. */
  readonly approvals?: { readonly given: number; readonly needed: number }
  readonly openedAt: number
  readonly expiresAt?: number
  /** A whole command line, ready to be completed. */
  readonly command: string
}

export function waitingOf(index: PlanIndex, state: RunState): readonly WaitingFor[] {
  return Object.values(state.prompts).map((prompt) => describePrompt(index, state, prompt))
}

/** Whether somebody is asked and nothing else goes on: no call, and no timer but those after which a question expires. */
export function waitsForPeople(state: RunState): boolean {
  const busy = Object.keys(state.calls).length > 0 || waitsForClock(state)
  return !busy && Object.keys(state.prompts).length > 0
}

/**
 * Whether the run goes on by itself at some instant. An expiry only closes a question, and what a rollout wanted to be
 * woken for before it ended is nothing any more. One that asks people begins nothing, whatever opens meanwhile: once
 * what was in progress has ended, only an answer moves it.
 */
export function waitsForClock({ timers, steps }: RunState): boolean {
  return Object.values(timers).some(({ why, step }) => {
    const rollout = step === undefined ? undefined : steps[step]?.rollout
    return why !== 'expiry' && !(rollout && (rollout.ended || asksAndRests(rollout)))
  })
}

function asksAndRests({ asked, machine }: RolloutState): boolean {
  const { running, outstanding, staging } = machine.core.fleet
  return asked !== undefined && asked.length > 0 && running === 0 && outstanding === 0 && staging === 0
}

/** Also for a prompt that was answered by now. */
export function describePrompt(index: PlanIndex, state: RunState, prompt: PromptState): WaitingFor {
  const step = stepBehind(index, prompt)
  const criterion = index.plan.acceptance_criteria.find((each) => each.id === prompt.criterion)
  const manual = prompt.kind === 'manual' && step?.form === 'manual' ? step : undefined
  const gate = step?.form === 'gate' ? step.gate : undefined
  const number = step?.number ?? prompt.step
  const votes = state.steps[prompt.step]?.votes ?? []
  return {
    prompt: prompt.prompt,
    kind: prompt.kind,
    step: number,
    path: prompt.step,
    title: criterion?.title ?? step?.title ?? prompt.step,
    message: prompt.message,
    ...(prompt.target === undefined ? {} : { target: prompt.target }),
    ...(prompt.criterion === undefined ? {} : { criterion: prompt.criterion }),
    choices: prompt.choices,
    roles: prompt.roles,
    roleTitles: prompt.roles.map((role) => index.plan.roles[role]?.title ?? role),
    fields: manual?.fields ?? [],
    evidence: manual?.evidence ?? [],
    ...(gate && prompt.kind === 'gate'
      ? { approvals: { given: votes.filter((vote) => vote.decision === 'approve').length, needed: gate.min_approvals } }
      : {}),
    openedAt: prompt.openedAt,
    ...(prompt.expiresAt === undefined ? {} : { expiresAt: prompt.expiresAt }),
    command: commandFor(index, state, prompt, number),
  }
}

/** The step that people know: the acceptance step of a criterion, the rollout of one of its calls. */
function stepBehind(index: PlanIndex, prompt: PromptState) {
  for (let path = prompt.step; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) {
    const step = index.byPath.get(path)?.step
    if (step && step.number !== '') return step
  }
  return undefined
}

function commandFor(index: PlanIndex, state: RunState, prompt: PromptState, number: string): string {
  if (prompt.kind === 'gate') {
    const role = prompt.roles[0]
    return `rollbook approve ${state.run} ${number}${role ? ` --role ${role}` : ''}`
  }
  const several = Object.values(state.prompts).filter((open) => open.step === prompt.step).length > 1
  const target = several && prompt.target ? ` --target ${prompt.target}` : ''
  const place = prompt.kind === 'criterion' ? (prompt.criterion ?? number) : number
  const base = `rollbook answer ${state.run} ${place}${target}`
  switch (prompt.kind) {
    case 'manual': {
      const step = index.byPath.get(prompt.step)?.step
      const required = step?.form === 'manual' ? step.fields.filter((field) => field.required) : []
      const evidence = step?.evidence.filter((wanted) => wanted.required) ?? []
      return [
        `${base} --choice done`,
        ...required.map((field) => `--set ${field.id}=…`),
        ...evidence.map((wanted) => `--evidence ${wanted.id}=FILE`),
      ].join(' ')
    }
    case 'criterion':
      return `${base} --choice pass`
    case 'unknown':
      return `${base} --choice mark_done --reason "…"`
    case 'failure':
      return `${base} --choice retry`
    case 'step':
      return `${base} --choice run`
    case 'rollout':
      return `${base} --choice ${prompt.choices[0] ?? 'go_on'}`
  }
}

/**
 * Finds the prompt that people mean by a number, an id, a path or the id of a criterion or prompt.
 * Of several that fit, `target` tells which.
 */
export function matchingPrompts(
  index: PlanIndex,
  prompts: readonly PromptState[],
  place: string | undefined,
  target: string | undefined,
): readonly PromptState[] {
  return prompts.filter((prompt) => {
    if (target !== undefined && (prompt.target ?? '') !== target) return false
    if (place === undefined) return true
    const own = index.byPath.get(prompt.step)?.step
    const names = [prompt.prompt, prompt.step, prompt.criterion, own?.id, stepBehind(index, prompt)?.number]
    return names.includes(place)
  })
}
