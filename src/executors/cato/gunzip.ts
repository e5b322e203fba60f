/** More is a mistake or an attack: the largest answers of the API are a few megabytes. */
const bytesMax = 64 << 20

/** @throws Error when the bytes are no gzip or unpack to more than 64 MiB */
export async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  const unpacked = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream('gzip'))
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of unpacked as AsyncIterable<Uint8Array>) {
    size += part.length
    if (size > bytesMax) throw new Error('the answer is too large')
    parts.push(part)
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
