const namedMax = 3

/** `the target "a"`, `the targets "a", "b"`, `the targets "a", "b", "c" and 97 more`. */
export function nameSome(names: readonly string[], noun: string): string {
  const shown = names.slice(0, namedMax).map((name) => `"${name}"`)
  if (names.length === 1) return `the ${noun} ${shown[0]}`
  const more = names.length - shown.length
  return `the ${noun}s ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
