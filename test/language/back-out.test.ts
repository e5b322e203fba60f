import { expect, test } from 'vitest'
import { checkExample } from './examples.ts'

const step = (action: string, rest: string): string =>
  `- {id: tell, title: Tell them, action: ${action}, with: {${rest}}, deadline: 1m}`

/** Codes that say that something cannot be undone. */
function findings(yaml: string): readonly string[] {
  const { diagnostics } = checkExample({ at: 'steps', yaml })
  return diagnostics.map(({ code }) => code).filter((code) => code === 'CHANGE_WITHOUT_BACK_OUT')
}

test.each([
  [
    'a message that was sent misses no back-out',
    step('notify.webhook', 'url: "https://chat.example.org/x", text: Begins'),
    [],
  ],
  ['a command that changes something does', step('local.run', 'command: [touch, x]'), ['CHANGE_WITHOUT_BACK_OUT']],
  ['a command that only reads does not', step('local.run', 'command: [ls], effect: none'), []],
])('%s', (_title, yaml, codes) => {
  expect(findings(yaml)).toEqual(codes)
})
