/** Emulated systems by the first word of the actions that they understand. */
const systems: Readonly<Record<string, string>> = {
  stackato: 'stackato',
  aviatrix: 'aviatrix',
  cato: 'cato',
  cleanroom: 'cleanroom',
}

/** The emulated system that a runbook can be tried on; undefined when none understands its actions. */
export function systemOf(text: string): string | undefined {
  const counts = new Map<string, number>()
  for (const [, word] of text.matchAll(/^[^#\n]*\baction[ \t]*:[ \t]*["']?([a-z][a-z0-9_]*)\./gm)) {
    const system = systems[word ?? '']
    if (system !== undefined) counts.set(system, (counts.get(system) ?? 0) + 1)
  }
  const [best] = [...counts].sort(([, a], [, b]) => b - a)
  if (best?.[0] === 'stackato' && /stackato-3\.0|Stackato 3\.0/.test(text)) return 'stackato-3.0'
  return best?.[0]
}
