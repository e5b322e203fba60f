/**
 * The forms in which a secret turns up after common programs have handled it, as byte sequences to look for.
 *
 * Base64 needs three forms, because the letters depend on where the secret begins within a group of three bytes (as in
 * `user:password`). Only letters that the secret alone decides are part of a form; the one at each seam carries a few
 * bits of it too, and whoever masks takes it along.
 */
export interface SecretForms {
  /** Raw, escaped and quoted. */
  readonly written: readonly Uint8Array[]
  /** Base64 and hexadecimal; programs break these over lines wherever they like. */
  readonly encoded: readonly Uint8Array[]
}

/** Shortest secret, in characters. Masking something shorter would hide innocent text and protect nothing. */
export const secretLengthMin = 4

const encoder = new TextEncoder()
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** @returns every form of the secret, and of its lines when it has several; without repeats */
export function secretForms(secret: string): SecretForms {
  const written = new Set<string>()
  const encoded = new Set<string>()
  for (const text of wholeAndLines(secret)) {
    for (const form of writtenForms(text)) if (form.length >= secretLengthMin) written.add(form)
    const bytes = encoder.encode(text)
    encoded.add(hexOf(bytes)).add(hexOf(bytes).toUpperCase())
    for (const letters of base64Cores(bytes)) {
      encoded.add(letters).add(letters.replaceAll('+', '-').replaceAll('/', '_'))
    }
  }
  const encode = (forms: Set<string>): readonly Uint8Array[] => [...forms].map((form) => encoder.encode(form))
  return { written: encode(written), encoded: encode(encoded) }
}

/** A line of a key file is worth hiding by itself; its first and last line say only what it is. */
function wholeAndLines(secret: string): readonly string[] {
  const lines = secret
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= secretLengthMin && !/^-----(BEGIN|END) [A-Z0-9 ]+-----$/.test(line))
  return [...new Set([secret, secret.trim(), ...lines])].filter((text) => text.length >= secretLengthMin)
}

function writtenForms(text: string): readonly string[] {
  const percent = encodeURIComponent(text)
  const percentStrict = percent.replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)
  // What forms of web pages send (URLSearchParams).
  const form = percentStrict.replaceAll('%2A', '*').replaceAll('~', '%7E')
  const json = JSON.stringify(text).slice(1, -1)
  const jsonAscii = json.replace(/[\u007f-\uffff]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const urls = [percent, percentStrict, form, encodeURI(text)].flatMap((each) => [each, each.replaceAll('%20', '+')])
  return [
    text,
    text.replaceAll('\n', '\r\n'),
    ...urls,
    ...urls.map((each) => each.replace(/%[0-9A-F]{2}/g, (hit) => hit.toLowerCase())),
    [...encoder.encode(text)].map((byte) => `%${hexOf([byte]).toUpperCase()}`).join(''),
    [...encoder.encode(text)].map((byte) => `%${hexOf([byte])}`).join(''),
    json,
    jsonAscii,
    json.replaceAll('/', '\\/'),
    JSON.stringify(json).slice(1, -1),
    JSON.stringify(jsonAscii).slice(1, -1),
    // POSIX shells: quotes within single quotes, and with a backslash before everything that is special.
    text.replaceAll("'", `'\\''`),
    text.replaceAll("'", `'"'"'`),
    text.replace(/["$`\\]/g, '\\$&'),
    text.replace(/["$`\\!]/g, '\\$&'),
    text.replace(/[^A-Za-z0-9_\-.,:+/@%=\n]/gu, '\\$&'),
    text.replace(/[^A-Za-z0-9_\-.,:+/@%^=\n]/gu, '\\$&'),
    text.replace(/[^A-Za-z0-9_\n]/gu, '\\$&'),
    text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r'),
    // YAML and SQL double a single quote.
    text.replaceAll("'", "''"),
    html,
    html.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    html.replaceAll('"', '&quot;').replaceAll("'", '&#x27;').replaceAll('`', '&#x60;').replaceAll('=', '&#x3D;'),
    html.replaceAll('"', '&#34;').replaceAll("'", '&#39;'),
    html.replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
  ]
}

function hexOf(bytes: Iterable<number>): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The letters of base64 that the bytes alone decide, for each place in a group of three. */
function base64Cores(bytes: Uint8Array): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const padded = new Uint8Array(offset + bytes.length + 2)
    padded.set(bytes, offset)
    const bitFrom = Math.ceil((offset * 8) / 6)
    const bitTo = Math.floor(((offset + bytes.length) * 8) / 6)
    let letters = ''
    for (let index = bitFrom; index < bitTo; index += 1) {
      const bit = index * 6
      const pair = (padded[bit >> 3]! << 8) | (padded[(bit >> 3) + 1] ?? 0)
      letters += alphabet[(pair >> (10 - (bit & 7))) & 63]
    }
    return letters
  })
}
