import { gunzipSync } from 'node:zlib'
import type { Http } from '../ports/http.ts'

/** More is a mistake or an attack. */
const bytesMax = 64 << 20

/**
 * Answers come unpacked. For rehearsals on a jumping clock: whoever unpacks an answer himself does it outside of the event
 * loop and after the call, where nothing tells the clock that work is done.
 */
export function unpackedHttp(http: Http): Http {
  return {
    async request(asked) {
      const response = await http.request(asked)
      if (response.headers['content-encoding'] !== 'gzip') return response
      const { 'content-encoding': _, ...headers } = response.headers
      try {
        return { ...response, headers, body: gunzipSync(response.body, { maxOutputLength: bytesMax }) }
      } catch {
        // Whoever reads it says what is wrong with it.
        return response
      }
    },
  }
}
