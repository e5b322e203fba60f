import { expect, test } from 'vitest'
import { timelineInSteps, timelineOf } from '../../src/simulation/timeline.ts'
import { findAction } from '../support/rehearsal.ts'
import { berlinOpens, catoPlan } from './cato-account.ts'

test.each([1, 7, 1000])(
  'a timeline that is made in pieces of %i records is the one that is made at once',
  (pieceMax) => {
    const plan = catoPlan({ 'Europe/Berlin': 'hss', 'Asia/Kathmandu': 'ss' }, { deadline: '20m' })
    const whole = timelineOf(plan, { start: berlinOpens, findAction })
    const steps = timelineInSteps(plan, { start: berlinOpens, findAction }, pieceMax)
    let pauses = 0
    let step = steps.next()
    for (; step.done !== true; step = steps.next()) pauses += 1
    expect(step.value).toEqual(whole)
    expect(pauses).toBeGreaterThan(pieceMax < 1000 ? 20 : 0)
  },
)
