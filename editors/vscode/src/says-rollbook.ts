/** How many characters of a file are looked at: the key stands at its head, behind comments at most. */
const headMax = 20_000

const key =
  /^(?:rollbook|"rollbook"|'rollbook')[ \t]*:[ \t]*["']?(?:runbook|inventory|catalog|scenario|config|answers)\/v\d/m

/** True for a YAML text that says with the key `rollbook`, at the outermost level, what it is. */
export function saysRollbook(text: string): boolean {
  return key.test(text.slice(0, headMax))
}
