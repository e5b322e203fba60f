/** What `rollbook emulate` has to practise on, by the executor that speaks to the real system. */
export const emulatorOfExecutor: Readonly<Record<string, string>> = {
  aviatrix: 'aviatrix',
  cato: 'cato',
  debian: 'cleanroom',
  stackato: 'stackato',
}
