import { readdirSync, readFileSync } from 'node:fs'
import type { Templates } from '../../src/book/renderer.ts'

/** The templates that ship, by the name under which documents ask for them. */
export function readTemplates(): Templates {
  const folder = new URL('../../templates/', import.meta.url)
  return Object.fromEntries(
    readdirSync(folder).map((file) => [file.replace(/\.hbs$/, ''), readFileSync(new URL(file, folder), 'utf8')]),
  )
}
