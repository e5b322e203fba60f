import { randomBytes } from 'node:crypto'
import type { SystemView, TargetView } from 'rollbook'
import { type ConformanceDescription, defineConformance, type TestWorld } from 'rollbook/conformance'
import { type Shelf, type ShelfState, startShelf } from './emulator.ts'

interface ShelfWorld extends TestWorld {
  readonly shelf: Shelf
}

const target: TargetView = { name: 'shelf-1', kind: 'shelf', system: 'shelf', roles: [], attributes: {} }

async function emulated(): Promise<ShelfWorld> {
  const shelf = await startShelf({ token: randomBytes(12).toString('hex'), installMs: 200 })
  const system: SystemView = {
    name: 'shelf',
    kind: 'shelf',
    address: shelf.url,
    settings: { token: { $secret: 'token' } },
  }
  const secrets = { token: shelf.token, setting: 'a value that is nobody’s business' }
  return { shelf, target, systems: [system], secrets, close: () => shelf.close() }
}

const reset =
  (state: Partial<ShelfState>) =>
  ({ shelf }: ShelfWorld): void =>
    shelf.reset(state)
const look = ({ shelf }: ShelfWorld): { readonly [key in keyof ShelfState]: ShelfState[key] } => shelf.state()

/** How each action is exercised; `rollbook executor test` does the rest. */
export const conformance: ConformanceDescription = defineConformance<ShelfWorld>({
  systems: { emulator: emulated },
  cases: [
    { action: 'shelf.get', with: { key: 'mode' }, prepare: reset({ values: { mode: 'loud' } }), look },
    {
      action: 'shelf.put',
      title: 'a setting that is there',
      with: { key: 'mode', value: 'quiet' },
      prepare: reset({ values: { mode: 'loud' } }),
      look,
    },
    {
      action: 'shelf.put',
      title: 'a setting that is new, from a secret',
      with: { key: 'pin', value: { $secret: 'setting' } },
      prepare: reset({}),
      look,
    },
    { action: 'shelf.note', with: { text: 'upgrade begins' }, prepare: reset({ notes: ['first'] }), look },
    {
      action: 'shelf.firmware',
      with: { version: '2.0.0' },
      prepare: reset({ version: '1.0.0' }),
      look,
      settle: ({ shelf }) => shelf.quiet(),
    },
  ],
})
