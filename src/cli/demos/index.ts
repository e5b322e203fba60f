import type { Demo } from './demo.ts'

/** Every demo by the name of its system; each is loaded only when it is asked for. */
export const demos: Readonly<Record<string, () => Promise<Demo>>> = {
  aviatrix: async () => (await import('./aviatrix.ts')).aviatrix,
  cato: async () => (await import('./cato.ts')).cato,
  cleanroom: async () => (await import('./cleanroom.ts')).cleanroom,
  stackato: async () => (await import('./helion-stackato.ts')).helionStackato,
  'stackato-3.0': async () => (await import('./stackato-30.ts')).stackato30,
}

/** Shown by `rollbook demo` without a name. */
export const defaultDemo = 'stackato'
