import { parseCalendar } from '../../src/calendar/index.ts'
import { allActions } from '../../src/executors/index.ts'
import type { Example } from '../../src/language/catalogue/entry.ts'
import { type CheckedFile, checkFile } from '../../src/language/check-file.ts'
import type { CheckEnvironment } from '../../src/language/environment.ts'
import { sampleActions } from './sample-actions.ts'

/** Actions that stay as they are, so that golden files do not change with executors. */
export const sampleEnvironment: CheckEnvironment = {
  actions: sampleActions,
  parseCalendar,
  inventory: {
    systems: {},
    targets: { core: { name: 'core', kind: 'node', roles: ['primary'], attributes: {} } },
  },
}

const header = ['rollbook: runbook/v1', 'name: sample', 'title: Sample', 'version: 1.0.0']
const phases = 'phases:\n  - id: prepare\n    kind: preparation\n    title: Prepare\n    steps:\n'

/** The whole file of an example, and how many lines stand before its text. */
export function exampleFile({ at, yaml }: Example): {
  readonly text: string
  readonly linesBefore: number
  readonly indentation: number
} {
  if (at === 'file') return { text: yaml, linesBefore: 0, indentation: 0 }
  const own = header.filter((line) => !new RegExp(`^${line.split(':')[0]}:`, 'm').test(yaml))
  const before = `${own.join('\n')}\n`
  if (at === 'top') {
    const steps = `${phases}      - {id: sample, title: Sample, manual: Nothing to do}\n`
    return { text: `${before}${yaml}\n${/^phases:/m.test(yaml) ? '' : steps}`, linesBefore: own.length, indentation: 0 }
  }
  const body = yaml.replaceAll(/^/gm, '      ')
  return { text: `${before}${phases}${body}\n`, linesBefore: own.length + 5, indentation: 6 }
}

/** Checks an example against the real actions: it stands in the documentation. */
export function checkExample(example: Example): CheckedFile {
  return checkFile(exampleFile(example).text, 'sample.yaml', { ...sampleEnvironment, actions: allActions })
}
