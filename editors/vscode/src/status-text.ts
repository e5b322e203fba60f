import { countsText, type FindingCounts } from './finding-counts.ts'
import type { PlanAnswer } from './requests.ts'

export interface StatusText {
  readonly text: string
  readonly tooltip: string
}

export function sourcesText(what: 'inventory' | 'values', path: string | undefined): StatusText {
  const icon = what === 'inventory' ? '$(server-environment)' : '$(symbol-parameter)'
  const name = path === undefined ? `no ${what}` : path.slice(path.lastIndexOf('/') + 1)
  const now =
    path === undefined ? `There is no ${what === 'values' ? 'file of values' : what} beside the runbook` : path
  return {
    text: `${icon} ${name}`,
    tooltip: `${now}. Click to choose ${what === 'inventory' ? 'an inventory' : 'values'}.`,
  }
}

const signs = {
  fits: '$(pass) fits its windows',
  fits_unless_worst: '$(warning) does not fit at worst',
  does_not_fit: '$(error) does not fit',
  no_window: '$(clock) no window',
  not_played: '$(clock) not played',
} as const

/** @param good - the last plan, which may be of an earlier text */
export function fitText(
  last: PlanAnswer,
  good: Extract<PlanAnswer, { state: 'plan' }> | undefined,
): StatusText & { readonly bad: boolean } {
  if (last.state === 'no_plan') {
    const tooltip = `No plan of the text as it is: ${last.reason}.`
    const before = good
      ? `${signs[good.view.verdict.kind].replace(/^\$\([a-z]+\)/, '$(history)')} before`
      : '$(circle-slash) no plan'
    return { text: before, tooltip, bad: false }
  }
  const { verdict, facts } = last.view
  const worst = facts.find(({ label }) => label === 'Worst case')?.value
  const times = worst === undefined ? '' : ` Worst case ${worst}.`
  return {
    text: signs[verdict.kind],
    tooltip: `${verdict.text}${times} Click for the plan.`,
    bad: verdict.kind === 'does_not_fit',
  }
}

export function findingsText(counts: FindingCounts): StatusText {
  const { errors, warnings, hints } = counts
  const words = countsText(counts)
  return {
    text:
      errors > 0
        ? `$(error) ${errors}`
        : warnings > 0
          ? `$(warning) ${warnings}`
          : hints > 0
            ? `$(info) ${hints}`
            : '$(check)',
    tooltip: `Findings of the runbook: ${words === '' ? 'none' : words}.`,
  }
}
