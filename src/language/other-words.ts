/** What other tools call a key that is meant; by the word that people bring along. */
const otherWords: Readonly<Record<string, string>> = {
  arguments: 'with',
  args: 'with',
  choices: 'options',
  condition: 'when',
  depends_on: 'after',
  environment: 'env',
  hosts: 'on',
  if: 'when',
  needs: 'after',
  params: 'with',
  values: 'options',
}

/**
 * @param key - as typed
 * @param known - keys that may stand there
 * @returns the key of the same meaning, when it may stand there
 */
export function sameInOurWords(key: string, known: Iterable<string>): string | undefined {
  const ours = Object.hasOwn(otherWords, key) ? otherWords[key] : undefined
  return ours !== undefined && [...known].includes(ours) ? ours : undefined
}
