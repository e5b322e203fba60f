import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asExecuted } from '../../src/book/as-executed.ts'
import { initialFacts } from '../../src/book/journal-facts.ts'
import { renderReport } from '../../src/book/render-documents.ts'
import { initialState } from '../../src/run/state.ts'
import { fixturePlan } from './fixture-plan.ts'
import { fixtureScript, runScript, type Script } from './fixture-run.ts'
import { hostileText } from './hostile-text.ts'
import { htmlProblems } from './html-check.ts'
import { readTemplates } from './read-templates.ts'

const templates = readTemplates()
const run = runScript(fixturePlan, fixtureScript)
const view = asExecuted(fixturePlan, run.state, run.facts, { timeZone: 'Europe/Zurich' })
const html = renderReport(view, 'html', templates)

/** Numbers named by `12–15, 18` and by `141–424, 212 of them`. */
function numbersIn(records: string): readonly number[] {
  return [...records.replace(/, \d+ of them$/, '').matchAll(/\d+/g)].map((match) => Number(match[0]))
}

describe('the as-executed record', () => {
  test('as Markdown', async () => {
    await expect(renderReport(view, 'md', templates)).toMatchFileSnapshot('../golden/book/as-executed.md')
  })

  test('as HTML', async () => {
    await expect(html).toMatchFileSnapshot('../golden/book/as-executed.html')
  })

  test('is one well-formed file that needs nothing from outside', () => {
    expect(htmlProblems(html)).toEqual([])
  })

  test('is the same byte for byte from the same journal', () => {
    const again = runScript(fixturePlan, fixtureScript)
    const other = asExecuted(fixturePlan, again.state, again.facts, { timeZone: 'Europe/Zurich' })
    expect(renderReport(other, 'html', templates)).toBe(html)
  })

  test('backs every row by records that the journal has', () => {
    const rows = [
      ...view.phases,
      ...view.steps,
      ...view.failures,
      ...view.gates,
      ...view.people,
      ...view.deviations,
      ...view.acceptance,
      ...view.evidence,
      ...view.details,
      ...view.details.flatMap((detail) => [...detail.attempts, ...detail.targets, ...detail.answers]),
      ...view.requirements.filter((row) => row.id !== 'STK-70'),
    ]
    expect(rows.length).toBeGreaterThan(70)
    for (const row of rows) {
      expect(row.records, JSON.stringify(row)).not.toBe('')
      for (const number of numbersIn(row.records)) {
        expect(number).toBeGreaterThanOrEqual(1)
        expect(number).toBeLessThanOrEqual(run.facts.records)
      }
    }
  })

  test('names records that tell what the row tells', () => {
    const typeAt = (seq: number): string => run.events[seq - 1]!.type
    expect(view.gates.map((row) => numbersIn(row.records).map(typeAt))).toEqual([['VoteCast'], ['VoteCast']])
    expect(numbersIn(view.failures[0]!.records).map(typeAt)).toEqual(['CallRequested', 'CallFailed'])
    expect(view.people.map((row) => numbersIn(row.records).map(typeAt))).toEqual([['RunStarted'], ['HandedOver']])
    for (const row of view.acceptance)
      for (const seq of numbersIn(row.records)) expect(typeAt(seq)).toBe('AcceptanceRecorded')
    for (const row of view.evidence)
      for (const seq of numbersIn(row.records)) expect(typeAt(seq)).toMatch(/CallSucceeded|PromptAnswered/)
  })

  test('numbers the steps as the book does', () => {
    expect(view.steps.map((row) => row.number)).toEqual([
      '1.1',
      '1.2',
      '1.3',
      '1.4',
      '1.5',
      '2.1',
      '3.1',
      '3.2',
      '3.3',
      '3.3.1',
      '3.3.2',
      '3.4',
      '3.4.1',
      '3.4.1.1',
      '3.4.2',
      '3.4.2.1',
      '3.5',
      '4.1',
      '5.1',
    ])
  })

  test('tells planned from actual, who led, and what was tried again', () => {
    const export_row = view.steps.find((row) => row.number === '2.1')!
    expect(
      [export_row.planned, export_row.actual, export_row.difference].map((text) => text.replaceAll('\u00a0', ' ')),
    ).toEqual(['18 min', '21 min', '+3 min'])
    expect(export_row.who).toBe('automatic, led by Jörg Müller')
    expect(view.steps.find((row) => row.number === '3.5')?.who).toBe('automatic, led by Amélie Dubois')
    expect(view.failures).toMatchObject([
      { failure: 'unreachable', attempt: '1', then: 'attempt 2 succeeded', on: 'core-1' },
    ])
  })

  test('compares acceptance with the baseline', () => {
    expect(view.acceptance.map((row) => [row.id, row.verdict.text, row.changed])).toEqual([
      ['processes', 'Pass', 'as before'],
      ['console', 'Pass', 'as before'],
      ['browser', 'Not tested', ''],
    ])
  })

  test('says of each requirement what the run has shown', () => {
    expect(view.requirements.map((row) => [row.id, row.verdict.text])).toEqual([
      ['STK-04', 'Met'],
      ['STK-09', 'Met'],
      ['STK-11', 'Met'],
      ['STK-24', 'Met'],
      ['STK-49', 'By note'],
      ['STK-70', 'Not covered'],
    ])
    const noted = view.requirements.find((row) => row.id === 'STK-49')
    expect(noted).toMatchObject({ covered_by: { lines: ['note: This runbook | never forces.'] }, records: '1' })
    expect(view.figures.find((figure) => figure.label === 'requirements')?.value).toBe('5 of 6')
  })

  test('says that nothing had to be changed only of an action that changes something', () => {
    const said = (effect: 'none' | 'change'): string => {
      const phases = fixturePlan.phases.map((phase) => ({
        ...phase,
        steps: phase.steps.map((step) =>
          step.form === 'action' ? { ...step, capabilities: { ...step.capabilities, effect } } : step,
        ),
      }))
      const plan = { ...fixturePlan, phases }
      const done = runScript(plan, {
        ...fixtureScript,
        answer: (call) => ({ ...fixtureScript.answer(call), changed: false }),
      })
      const { details } = asExecuted(plan, done.state, done.facts)
      return (
        details
          .find((detail) => detail.number === '1.1')
          ?.attempts.map((row) => row.text)
          .join() ?? ''
      )
    }
    expect(said('change')).toContain('(was so already)')
    expect(said('none')).not.toContain('(was so already)')
  })
})

describe('a run that did not go well', () => {
  const script: Script = {
    ...fixtureScript,
    answer(call) {
      if (call.step.startsWith('upgrade/hops'))
        return { took_ms: 1000, failure: { class: 'refused', message: 'the release is not signed' } }
      return fixtureScript.answer(call)
    },
    say(prompt, state) {
      if (prompt.kind !== 'failure') return fixtureScript.say(prompt, state)
      return [
        {
          type: 'PromptAnswered',
          of: prompt.prompt,
          data: { by: 'Amélie Dubois', role: 'operator', choice: 'back_out', reason: 'unsigned release' },
        },
      ]
    },
  }
  const failed = runScript(fixturePlan, script)
  const report = asExecuted(fixturePlan, failed.state, failed.facts)

  test('shows the back-out, step by step, and what was not reached', () => {
    expect(report.outcome.text).toBe('Backed out')
    expect(report.back_out_text).toContain('unsigned release')
    expect(report.back_out.map((row) => [row.number, row.status.text])).toEqual([['3.3.1b1', 'Succeeded']])
    expect(report.steps.find((row) => row.number === '3.5')?.status.text).toBe('Not reached')
    expect(report.steps.find((row) => row.number === '3.3.1')?.status.text).toBe('Backed out')
    expect(report.steps.find((row) => row.number === '5.1')?.status.text).toBe('Succeeded')
    expect(report.failures[0]).toMatchObject({ failure: 'refused', text: 'the release is not signed' })
    expect(report.requirements.find((row) => row.id === 'STK-11')?.verdict.text).toBe('Open')
    expect(htmlProblems(renderReport(report, 'html', templates))).toEqual([])
  })

  test('a gate that the end of the run cut off says so, and its requirement stays open', () => {
    const waiting = runScript(fixturePlan, {
      ...fixtureScript,
      say: (prompt, state) =>
        prompt.kind === 'gate'
          ? [
              {
                type: 'AbortRequested',
                data: { by: 'Amélie Dubois', back_out: false, now: false, reason: 'too late in the night' },
              },
            ]
          : fixtureScript.say(prompt, state),
    })
    const plan = { ...fixturePlan, requirements: [{ id: 'STK-01', text: 'decided', covered_by: ['3.1'] }] }
    const record = asExecuted(plan, waiting.state, waiting.facts)
    expect(record.steps.find((row) => row.number === '3.1')).toMatchObject({
      status: { text: 'Cut off' },
      reason: expect.stringContaining('too late in the night'),
    })
    expect(record.steps.find((row) => row.number === '1.5')?.status.text).toBe('Not needed')
    expect(record.requirements[0]?.verdict.text).toBe('Open')
  })

  test('a skipped step is a deviation with its reason, and its requirement stays open', () => {
    const skipping: Script = {
      ...script,
      answer(call) {
        if (call.action === 'check.tcp') return { took_ms: 1000, failure: { class: 'refused', message: 'no route' } }
        return fixtureScript.answer(call)
      },
      say(prompt, state) {
        if (prompt.kind !== 'failure') return fixtureScript.say(prompt, state)
        return [
          {
            type: 'PromptAnswered',
            of: prompt.prompt,
            data: { by: 'Amélie Dubois', role: 'operator', choice: 'skip', reason: 'mirror is inside' },
          },
        ]
      },
    }
    const skipped = runScript(fixturePlan, skipping)
    const plan = { ...fixturePlan, requirements: [{ id: 'STK-13', text: 'hosts', covered_by: ['1.2'] }] }
    const record = asExecuted(plan, skipped.state, skipped.facts)
    expect(record.deviations).toMatchObject([{ what: 'Left out', by: 'Amélie Dubois', reason: 'mirror is inside' }])
    expect(record.steps.find((row) => row.number === '1.2')?.status.text).toBe('Skipped')
    expect(record.requirements[0]?.verdict.text).toBe('Open')
  })
})

describe('a run that goes on', () => {
  test('is described up to its last record', () => {
    const waiting = runScript(fixturePlan, { ...fixtureScript, say: () => [] })
    const report = asExecuted(fixturePlan, waiting.state, waiting.facts)
    expect(report.outcome.text).toBe('Still running')
    expect(report.steps.find((row) => row.number === '1.3')?.status.text).toBe('Running')
    expect(report.summary.join(' ')).toContain('has not ended')
    expect(htmlProblems(renderReport(report, 'html', templates))).toEqual([])
  })

  test('an empty journal is no reason to fail', () => {
    const report = asExecuted(fixturePlan, initialState('r'), initialFacts())
    expect(report.outcome.text).toBe('Not started')
    expect(htmlProblems(renderReport(report, 'html', templates))).toEqual([])
  })
})

describe('what far sides and people say', () => {
  test('stays text, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 3, maxLength: 20 }), (texts) => {
        let at = 0
        const text = (): string => texts[at++ % texts.length]!
        const hostile = runScript(fixturePlan, {
          ...fixtureScript,
          answer(call) {
            const answer = fixtureScript.answer(call)
            if (answer.failure !== undefined)
              return { ...answer, failure: { ...answer.failure, message: text(), advice: text() } }
            return {
              ...answer,
              summary: text(),
              outputs: { ...answer.outputs, said: text() },
              evidence: [{ name: text(), sha256: '00'.repeat(32), bytes: 1, media: text() }],
            }
          },
        })
        const report = asExecuted(fixturePlan, hostile.state, hostile.facts)
        expect(htmlProblems(renderReport(report, 'html', templates))).toEqual([])
        const markdown = renderReport(report, 'md', templates)
        expect(markdown).not.toMatch(/<(?!br>|code>|\/code>)/)
      }),
      { numRuns: 25 },
    )
  })
})
