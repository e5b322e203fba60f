import * as vscode from 'vscode'
import type { CommandRun } from './work.ts'

const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/

/** From when on the plan view plays the plan. */
export const chooseStart: CommandRun = async ({ runbook }) => {
  const text = await vscode.window.showInputBox({
    title: 'When does the run start?',
    prompt: 'A date, a time and an offset; empty for the midnight (UTC) that comes',
    placeHolder: '2026-12-06T01:00:00+01:00',
    ...(runbook.start === undefined ? {} : { value: runbook.start }),
    validateInput: (value) =>
      value === '' || (form.test(value) && !Number.isNaN(Date.parse(value)))
        ? undefined
        : 'Write it as 2026-12-06T01:00:00+01:00.',
  })
  if (text === undefined) return
  runbook.start = text === '' ? undefined : text
  runbook.refresh()
}
