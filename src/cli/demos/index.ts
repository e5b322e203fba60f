import type { Demo } from './demo.ts'

/** Every demo by the name of its system; each is loaded only when it is asked for. */
export const demos: Readonly<Record<string, () => Promise<Demo>>> = {
  stackato: async () => (await import('./helion-stackato.ts')).helionStackato,
}

/** Shown by `rollbook demo` without a name. */
export const defaultDemo = 'stackato'
