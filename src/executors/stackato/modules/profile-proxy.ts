/** Which of the two variables the default profile of the system sets; names only, never values. */
const variables = ['HTTP_PROXY', 'http_proxy'] as const

/** Prints the name of each variable that some file of the default profile sets to something, and `end`. */
export const profileScript: string = `for name in ${variables.join(' ')}; do
  if cat /etc/profile /etc/profile.d/*.sh /etc/environment 2>/dev/null | grep -Eq "^[[:space:]]*(export[[:space:]]+)?$name=[\\"']?[^[:space:]\\"']"; then
    printf '%s\\n' "$name"
  fi
done
echo end
`

export function readProfile(text: string): { readonly both: boolean; readonly found: readonly string[] } {
  const lines = text.split('\n').map((line) => line.trim())
  const found = variables.filter((name) => lines.includes(name))
  return { both: found.length === variables.length, found }
}
