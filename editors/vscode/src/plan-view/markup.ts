/** Text as it may stand in a page. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** `12.3%`, for attributes of pictures. */
export function percent(part: number): string {
  return `${Math.round(part * 10_000) / 100}%`
}
