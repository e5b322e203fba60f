import { deepEqual, equal, match, ok } from 'node:assert/strict'
import type { Frame } from 'playwright-core'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'
import type { Workbench } from '../workbench.ts'
import type { Folder } from '../workspace.ts'

const file = 'cato-sockets.yaml'

export const planView: Scenario = {
  name: 'plan-view',
  title: 'the plan stands beside the text, follows the cursor, leads back, and changes as the text does',
  async play({ workbench, folder, picture }) {
    const page = await openPlan(workbench, folder)
    await shows(page, '#plan', /It fits its windows; at worst it waits for a later opening, the one of Sun 2027-03-14/)
    await shows(page, '#plan', /2\.1 Five first, then the rest, secondaries last/)
    await workbench.focusEditor()

    await here(page, /^2\.1 Five first/)
    await picture('plan-beside-rollout')
    await page.locator('section.rollout').first().scrollIntoViewIfNeeded()
    await shows(page, 'section.rollout', /Initial group\nEurope\/Paris: 3 targets/)
    await shows(page, 'section.rollout', /Ends at worst/)
    equal(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), true)
    equal(
      await page.evaluate(
        '[...document.querySelectorAll(".table")].every((each) => each.scrollWidth <= each.clientWidth)',
      ),
      true,
    )
    await picture('plan-of-rollout')
    await workbench.goTo(folder.find(file, '      - id: g|o\n'))
    await here(page, /^1\.7 Upgrade in the next maintenance window/)
    await picture('plan-beside-gate')

    await page.locator('.timeline [data-place]', { hasText: '3.2' }).click()
    const { line } = folder.find(file, '      - id: |events\n')
    await eventually(async () => match(await workbench.statusText('Ln '), new RegExp(`^Ln ${line},`)))
    await here(page, /^3\.2 Read the events/)

    await workbench.goTo(folder.find(file, '        duration: {expected: 10m|, worst: 1h}'))
    await workbench.press('Backspace', 'Backspace', 'Backspace')
    await workbench.type('45m')
    await rowReads(page, /^1\.1 Meet the connectivity requirements for upgrades 45 min 1 h$/)
    await workbench.press('Escape', 'End', 'Enter')
    await workbench.type('colour: ')
    await shows(page, '#notice', /No plan of the text as it is: .*\. This is the last one\./)
    await shows(page, '#plan', /2\.1 Five first/)
    await picture('plan-of-broken-text')
    await workbench.command('File: Revert File')
    await eventually(async () => equal(await page.locator('#notice').isVisible(), false))
    await rowReads(page, /^1\.1 Meet the connectivity requirements for upgrades 10 min 1 h$/)
  },
}

/** Opens the runbook with its plan beside it, the cursor on the rollout. */
export async function openPlan(workbench: Workbench, folder: Folder): Promise<Frame> {
  await workbench.openRunbook(file)
  await workbench.press('Control+b')
  await workbench.goTo(folder.find(file, '      - id: so|ckets\n'))
  await workbench.command('Rollbook: Show the Plan')
  const page = await workbench.webView(/Gradual upgrade of the Cato Sockets/)
  // A day for all pictures, whenever they are made.
  await workbench.command('Rollbook: Choose When the Run of the Plan Starts')
  await workbench.answer('When does the run start?', '2027-03-06T12:00:00Z')
  await shows(page, '#plan', /from 2027-03-06 12:00/)
  return page
}

async function shows(page: Frame, part: string, words: RegExp): Promise<void> {
  await eventually(async () => match((await page.locator(part).allInnerTexts()).join('\n'), words))
}

/** The step that is marked as the one of the cursor. */
async function here(page: Frame, words: RegExp): Promise<void> {
  await rowReads(page, words, '[aria-current]')
}

/** A row of the timeline with its two figures. */
async function rowReads(page: Frame, words: RegExp, which = '[data-place]'): Promise<void> {
  await eventually(async () => {
    const rows = (await page.locator(`.timeline ${which}`).allInnerTexts()).map((row) =>
      row.replace(/\s+/g, ' ').trim(),
    )
    ok(
      rows.some((row) => words.test(row)),
      `no row reads ${words}: ${rows.join(' | ')}`,
    )
  })
}

export const planAtOnce: Scenario = {
  name: 'plan-at-once',
  title: 'a plan that is still being made says so, and what is open is known to the commands',
  async play({ workbench }) {
    await workbench.openFile(file)
    await workbench.command('Rollbook: Show the Plan')
    const page = await workbench.webView(/Making the plan …|Gradual upgrade of the Cato Sockets/)
    const said = new Set<string>()
    await eventually(async () => {
      said.add((await page.locator('#notice').allInnerTexts()).join(''))
      match((await page.locator('#plan').allInnerTexts()).join(''), /Gradual upgrade of the Cato Sockets/)
    }, 60_000)
    deepEqual(
      [...said].filter((note) => note !== 'Making the plan …' && note !== ''),
      [],
    )
  },
}
