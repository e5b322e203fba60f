/** Reading time zones costs more than most commands take, so it is done only for texts that speak of windows or freezes. */
export async function calendarFor(text: string): Promise<typeof import('../calendar/index.ts') | undefined> {
  return /(?:windows|freezes)["']?\s*:/.test(text) ? import('../calendar/index.ts') : undefined
}
