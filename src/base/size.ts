const unitBytes: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
}

/**
 * Reads a size such as `7GB`, `512 MB`, `1.3GiB`. A unit is required, as for durations.
 *
 * @returns whole bytes, or `undefined` when the text is no size
 */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s?([kKMGT]?i?B)$/.exec(text)
  const unit = match ? unitBytes[match[2]!] : undefined
  return match && unit ? Math.round(Number(match[1]) * unit) : undefined
}

/** Prints bytes for people, in decimal units: `7 GB`, `512 MB`. */
export function formatSize(bytes: number): string {
  for (const unit of ['TB', 'GB', 'MB', 'kB'] as const) {
    const size = unitBytes[unit]!
    if (bytes >= size) return `${Number((bytes / size).toFixed(1))} ${unit}`
  }
  return `${bytes} B`
}
