/** What the mailing list is told, by a real SMTP server: before the windows, and what came of it. */
import { expect, it } from 'vitest'
import { rehearseCato } from '../support/cato-rehearsal.ts'
import { serveMail } from '../support/mail-server.ts'
import { list, mailInputs, readMail } from './read-mail.ts'

it('CATO-02, CATO-28, CATO-29, CATO-40, CATO-41: the list is told before the window, and afterwards who succeeded, went back, failed and was skipped, by name', async () => {
  const server = await serveMail()
  const faults = ['bad-hash:site-003:always', 'disconnected:site-005', 'kpi-failure:site-004']
  const night = await rehearseCato({ sites: 9, installed: '18.3.3', faults, set: mailInputs(server.port) })
  const mails = server.messages.map(readMail)
  expect(mails.map(({ subject }) => subject)).toEqual([
    'Socket upgrade to 18.4.1 in the next maintenance window',
    expect.stringMatching(/^Socket upgrade to 18\.4\.1: \d+ succeeded, \d+ failed, \d+ skipped$/),
  ])
  expect(server.recipients).toEqual([...list, ...list])
  expect(mails[0]!.text).toContain('The release notes are in the console.')
  const { steps } = night.reader.state
  const opens = Date.parse('2027-03-07T00:00:00Z')
  expect(steps['prepare/announce']!.endedAt).toBeLessThan(opens)
  const lane = night.lane('Europe/Berlin')
  expect(mails[1]!.text).toContain(`Succeeded: ${lane['succeeded']!.length}\n`)
  for (const [title, state] of [
    ['Rolled back', 'rolled_back'],
    ['Failed', 'failed'],
    ['Skipped, they go with the next release', 'skipped'],
  ] as const) {
    const names = lane[state] ?? []
    expect(names.length, state).toBeGreaterThan(0)
    expect(mails[1]!.text).toContain(`${title}: ${names.join(', ')}\n`)
  }
})
