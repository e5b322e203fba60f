/** `Reto Keller (Change manager)`; a person without a role by name alone. */
export function personText(by: string, role: string): string {
  return role === '' ? by : `${by} (${role})`
}
