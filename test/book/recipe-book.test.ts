import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../src/base/json.ts'
import { recipeBook } from '../../src/book/recipe-book.ts'
import { renderBook } from '../../src/book/render-documents.ts'
import type { Plan, PlanStep } from '../../src/plan/model.ts'
import { indexPlan } from '../../src/run/plan-index.ts'
import { progressOf } from '../../src/run/progress.ts'
import { initialState } from '../../src/run/state.ts'
import { action, plan } from '../support/plan-builder.ts'
import { actionOf, fixturePlan, previewsOf } from './fixture-plan.ts'
import { hostileText } from './hostile-text.ts'
import { htmlProblems, readTags } from './html-check.ts'
import { readTemplates } from './read-templates.ts'

const templates = readTemplates()
const html = renderBook(recipeBook(fixturePlan), 'html', templates)
const markdown = renderBook(recipeBook(fixturePlan), 'md', templates)

/** Every text that a person may have written, replaced; keys, numbers of steps and words with a fixed meaning stay. */
function withTexts(plan: Plan, text: () => string): Plan {
  const fixed = new Set([
    'number',
    'path',
    'form',
    'kind',
    'effect',
    'on_failure',
    'on_unknown',
    'moment',
    'source',
    'type',
    'on_expiry',
    'do',
    'then',
    'severity',
    'class',
    'rollbook',
    'cleanup_of',
    'back_out',
    'component',
    'point_of_no_return',
    'targets',
    'criteria',
    'covered_by',
    'classes',
    'after',
    'target',
  ])
  const replace = (value: Json, key: string): Json => {
    if (typeof value === 'string') return fixed.has(key) || key === 'id' ? value : text()
    if (Array.isArray(value))
      return fixed.has(key) && typeof value[0] === 'string' ? value : value.map((item: Json) => replace(item, key))
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([name, member]) => [
          name,
          name === 'kind' && key === '' ? member : replace(member, name),
        ]),
      )
    return value
  }
  return replace(plan as unknown as Json, '') as unknown as Plan
}

describe('the recipe book', () => {
  test('as Markdown', async () => {
    await expect(markdown).toMatchFileSnapshot('../golden/book/recipe-book.md')
  })

  test('as HTML', async () => {
    await expect(html).toMatchFileSnapshot('../golden/book/recipe-book.html')
  })

  test('is the same byte for byte from the same plan, and from the plan read back from its file', () => {
    const again = JSON.parse(JSON.stringify(fixturePlan)) as Plan
    expect(renderBook(recipeBook(again), 'html', templates)).toBe(html)
    expect(renderBook(recipeBook(again), 'md', templates)).toBe(markdown)
  })

  test('carries a date only when it is given one', () => {
    expect(recipeBook(fixturePlan).issued).toBe('')
    expect(recipeBook(fixturePlan).planned_start).toBe('')
    const issued = recipeBook(fixturePlan, { issuedAt: Date.UTC(2026, 10, 21, 9), timeZone: 'Europe/Zurich' })
    expect(issued.issued).toBe('2026-11-21 10:00:00 +01:00')
    expect(renderBook(issued, 'html', templates)).toContain('2026-11-21 10:00:00 +01:00')
  })

  test('is one well-formed file that needs nothing from outside, with links that lead somewhere', () => {
    expect(htmlProblems(html)).toEqual([])
  })

  test('names every picture for those who do not see it', () => {
    const pictures = readTags(html).filter((tag) => tag.name === 'svg')
    expect(pictures.length).toBeGreaterThanOrEqual(3)
    for (const picture of pictures) {
      expect(picture.attributes['role']).toBe('img')
      expect(picture.attributes['aria-labelledby']).toMatch(/-title /)
    }
  })

  test('goes down one level of headings at a time', () => {
    const levels = readTags(html).flatMap((tag) => (/^h\d$/.test(tag.name) ? [Number(tag.name[1])] : []))
    expect(levels[0]).toBe(1)
    expect(levels.filter((level) => level === 1)).toHaveLength(1)
    for (const [index, level] of levels.entries())
      if (index > 0) expect(level).toBeLessThanOrEqual(levels[index - 1]! + 2)
  })

  test('shows every step with the number of the plan, in both formats', () => {
    const view = recipeBook(fixturePlan)
    const numbers = view.phases.flatMap((phase) => phase.steps.map((step) => step.number))
    expect(numbers).toEqual([
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
      '3.5.1',
      '3.5.2',
      '3.5.3',
      '4.1',
      '5.1',
    ])
    for (const number of numbers) {
      expect(html).toContain(`id="step-${number}"`)
      expect(markdown).toContain(`#### ${number} `)
    }
  })

  test('never shows a secret', () => {
    for (const text of [html, markdown]) {
      expect(text).not.toContain('$secret')
      expect(text).toContain('••• (secret)')
    }
  })

  test('undoes steps in reverse order, and none from the point of no return on', () => {
    const { back_out } = recipeBook(fixturePlan)
    expect(back_out.steps.map((row) => row.of.refs[0]?.label)).toEqual(['3.3.1', '3.2'])
    expect(back_out.steps[0]?.steps.map((step) => step.number)).toEqual(['3.3.1b1'])
    expect(back_out.steps[1]?.text).toContain('step 5.1')
    expect(back_out.intro.at(-1)).toContain('step 3.5')
    expect(back_out.kept.map((row) => row.step.refs[0]?.label)).toEqual(['2.1', '3.4.1.1', '3.4.2.1'])
  })

  test('says which requirement nothing covers, and counts a note as cover (STK-49)', () => {
    const view = recipeBook(fixturePlan)
    expect(view.requirements.filter((row) => !row.covered).map((row) => row.id)).toEqual(['STK-70'])
    expect(view.uncovered).toBe('1 requirement is not covered by any step, criterion, rule or note.')
  })

  test('leaves empty sections out', () => {
    const bare: Plan = {
      ...fixturePlan,
      requirements: [],
      inputs: {},
      roles: {},
      acceptance_criteria: [],
      rules: [],
      components: [],
      systems: {},
      phases: fixturePlan.phases.slice(0, 1).map((phase) => ({ ...phase, steps: phase.steps.slice(0, 2) })),
    }
    const text = renderBook(recipeBook(bare), 'md', templates)
    for (const heading of [
      'Requirements',
      'Inputs',
      'Roles',
      'Acceptance',
      'Safety rules',
      'Systems',
      'Order of the rollout',
    ])
      expect(text).not.toMatch(new RegExp(`^#+ ${heading}$`, 'm'))
    expect(text).toContain('there is nothing to back out')
    expect(htmlProblems(renderBook(recipeBook(bare), 'html', templates))).toEqual([])
  })

  test('an empty plan is a document too', () => {
    const empty: Plan = {
      ...fixturePlan,
      phases: [],
      targets: {},
      requirements: [],
      acceptance_criteria: [],
      components: [],
      rules: [],
      inputs: {},
    }
    expect(htmlProblems(renderBook(recipeBook(empty), 'html', templates))).toEqual([])
  })
})

describe('200 targets', () => {
  const names = Array.from({ length: 200 }, (_, index) => `web-${String(index + 1).padStart(3, '0')}`)
  const targets = Object.fromEntries(
    names.map((name, index) => [
      name,
      {
        name,
        kind: 'host',
        address: `10.0.${Math.floor(index / 100)}.${1 + (index % 100)}`,
        roles: [],
        attributes: {},
      },
    ]),
  )
  const step = actionOf({
    path: 'prepare/ping',
    number: '1.1',
    title: 'Ping',
    targets: names,
    previews: previewsOf(names, (name) => `ping -c1 ${targets[name]!.address} # ${name}`),
  })
  const rollout = {
    ...fixturePlan.phases[2]!.steps.at(-1)!,
    targets: names,
    number: '1.2',
    max_concurrency: 1,
  } as Plan['phases'][number]['steps'][number]
  const plan: Plan = { ...fixturePlan, targets, phases: [{ ...fixturePlan.phases[0]!, steps: [step, rollout] }] }
  const view = recipeBook(plan)

  test('commands that differ in the target’s own name and address only are shown once', () => {
    const { commands } = view.phases[0]!.steps[0]!
    expect(commands).toHaveLength(1)
    expect(commands[0]).toMatchObject({ on: 'web-001 … web-200 (200)', text: { text: 'ping -c1 10.0.0.1 # web-001' } })
    expect(commands[0]?.note).not.toBe('')
  })

  test('the order is drawn in at most ten boxes', () => {
    const { boxes } = view.rollouts[0]!.picture
    expect(boxes).toHaveLength(10)
    expect(boxes[0]).toEqual({ title: '1 to 20', lines: ['web-001 … web-020 (20)'] })
  })

  test('commands that differ otherwise are all shown', () => {
    const odd = actionOf({
      path: 'p/x',
      number: '1.1',
      title: 'x',
      targets: names,
      previews: previewsOf(names, (name) => (name === 'web-007' ? 'echo other' : 'echo same')),
    })
    const { commands } = recipeBook({ ...plan, phases: [{ ...fixturePlan.phases[0]!, steps: [odd] }] }).phases[0]!
      .steps[0]!
    expect(commands.map((command) => [command.on, command.text.text])).toEqual([
      ['web-001 … web-006 (6), web-008 … web-200 (193)', 'echo same'],
      ['web-007', 'echo other'],
    ])
  })

  test('every target stands in the appendix', () => {
    expect(view.targets.map((row) => row.name)).toEqual(names)
  })
})

describe('hostile texts everywhere in a plan', () => {
  test('stay text in HTML: no element, attribute or link comes out of data', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 5, maxLength: 40 }), (texts) => {
        let at = 0
        const plan = withTexts(fixturePlan, () => texts[at++ % texts.length]!)
        expect(htmlProblems(renderBook(recipeBook(plan), 'html', templates))).toEqual([])
      }),
      { numRuns: 25 },
    )
  })

  test('stay text in Markdown: the headings are those of the plan', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 5, maxLength: 40 }), (texts) => {
        let at = 0
        const plan = withTexts(fixturePlan, () => `t${texts[at++ % texts.length]!}`)
        const headings = (text: string): number => {
          let fence = ''
          return text.split('\n').filter((line) => {
            const mark = /^\s*(`{3,})/.exec(line)?.[1]
            if (mark !== undefined && fence === '') fence = mark
            else if (mark !== undefined && line.trim() === fence) fence = ''
            return fence === '' && /^#{1,6} /.test(line)
          }).length
        }
        expect(headings(renderBook(recipeBook(plan), 'md', templates))).toBe(headings(markdown))
      }),
      { numRuns: 25 },
    )
  })
})

describe('the point of no return', () => {
  test('is not a step that the plan leaves out: the way back goes up to the next one', () => {
    const undo = [action('undo')]
    const made = plan([
      [
        action('a', { back_out: undo }),
        action('left_out', { point_of_no_return: true, skip: 'nothing to do' }),
        action('b', { back_out: undo }),
        action('c', { point_of_no_return: true }),
      ],
    ])
    const book = recipeBook(made)
    expect(book.point_of_no_return?.title).toBe('Do c')
    expect(book.back_out.steps.map((row) => row.of_title)).toEqual(['Do b', 'Do a'])
    const index = indexPlan(made)
    expect(progressOf(index, initialState('r'), 0).pointOfNoReturn?.id).toBe('c')
  })
})

test('the planned start is filled in when the plan was made for one', () => {
  const start = Date.UTC(2026, 11, 6, 1)
  const view = recipeBook({ ...fixturePlan, timeline: { ...fixturePlan.timeline!, start } })
  expect(view.planned_start).toBe('2026-12-06 01:00:00 UTC')
  expect(renderBook(view, 'html', templates)).toContain('<td>2026-12-06 01:00:00 UTC</td>')
  expect(renderBook(view, 'md', templates)).toContain('**Planned start:** 2026-12-06')
})

test('before a point of no return a way back is spoken of only where there is one', () => {
  const step = action('burn', { point_of_no_return: true })
  const told = (before: readonly PlanStep[]): string =>
    recipeBook(plan([[...before, step]])).point_of_no_return?.text ?? ''
  expect(told([])).toMatch(/^Nothing before it has to be taken back/)
  expect(told([action('change', { back_out: [action('back')] })])).toMatch(/^Up to here there is a way back/)
})

test('a fleet too large to be read row by row is listed in part, and the book says so', () => {
  const names = Array.from({ length: 2001 }, (_, number) => `n${number}`)
  const view = recipeBook(plan([[action('a')]], { targets: names }))
  expect(view.targets).toHaveLength(2000)
  expect(view.targets_note).toMatch(/^The first 2000 of 2001 targets/)
  for (const format of ['html', 'md'] as const)
    expect(renderBook(view, format, templates)).toContain('The first 2000 of')
  expect(recipeBook(fixturePlan).targets_note).toBe('')
})
