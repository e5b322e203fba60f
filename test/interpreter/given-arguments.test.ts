import { describe, expect, it } from 'vitest'
import { givenArguments } from '../../src/interpreter/given-arguments.ts'

const action = { name: 'test.work', with: { required: ['token'] } }
const given = (args: Parameters<typeof givenArguments>[1]) => givenArguments(action, args, (name) => name !== 'gone')
const gone = { $secret: 'gone' }
const there = { $secret: 'there' }

describe('arguments of a call', () => {
  it.each([
    ['an argument', { password: gone, user: 'me' }, { user: 'me' }],
    ['a variable of the environment', { env: { A: gone, B: there, C: 'c' } }, { env: { B: there, C: 'c' } }],
    ['an item of a list', { list: ['a', gone, [there, gone]] }, { list: ['a', [there]] }],
    ['a text around it', { header: { $secret_text: ['Bearer ', gone] } }, {}],
    ['nothing, where all are there', { token: there, text: { $secret_text: ['x', there] } }, undefined],
  ])('leave out %s that would carry a secret which is not given', (_, args, left) => {
    expect(given(args)).toEqual(left ?? args)
  })

  it('are refused when the action cannot do without one of them', () => {
    expect(() => given({ token: gone })).toThrow(
      expect.objectContaining({
        class: 'refused',
        notApplied: true,
        message: 'test.work needs "token", and its secret "gone" is not given',
      }),
    )
  })
})
