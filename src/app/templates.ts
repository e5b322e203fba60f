import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assert } from '../base/assert.ts'
import { RollbookError, UsageError } from '../base/error.ts'
import { nearestName } from '../base/nearest.ts'
import type { Templates } from '../book/renderer.ts'

/** From the sources, and from either place of a built program. */
const places: readonly string[] = ['../../templates/', '../templates/']

/**
 * The templates that ship, with those of a team's folder in their place.
 *
 * @param folder - holds files named as the ones that ship, `recipe-book.html.hbs` or `style.css`; any of them
 * @throws UsageError `TEMPLATES_UNREADABLE`; RollbookError `TEMPLATE_UNKNOWN` for a file that no document would use
 */
export async function loadTemplates(folder?: string): Promise<Templates> {
  const shipped = await shippedTemplates()
  if (folder === undefined) return shipped
  const own = await readTemplates(folder)
  if (own === undefined) {
    throw new UsageError('TEMPLATES_UNREADABLE', `there is no folder "${folder}" with templates`)
  }
  const stranger = Object.keys(own).find((name) => !Object.hasOwn(shipped, name))
  if (stranger !== undefined) {
    const near = nearestName(stranger, Object.keys(shipped))
    const names = Object.keys(shipped).sort().join(', ')
    throw new RollbookError('TEMPLATE_UNKNOWN', `no document uses the template "${stranger}" in "${folder}"`, {
      hint: near === undefined ? `There are ${names}.` : `Did you mean "${near}"?`,
    })
  }
  return { ...shipped, ...own }
}

async function shippedTemplates(): Promise<Templates> {
  for (const place of places) {
    const found = await readTemplates(fileURLToPath(new URL(place, import.meta.url)))
    if (found?.['recipe-book.html'] !== undefined) return found
  }
  assert(false, 'the templates are installed beside the program')
  return {}
}

/** @returns texts by name, which is the file's name without `.hbs`; undefined when there is no such folder */
async function readTemplates(folder: string): Promise<Templates | undefined> {
  const files = await readdir(folder).catch(() => undefined)
  if (files === undefined) return undefined
  const wanted = files.filter((file) => /\.(?:hbs|css)$/.test(file)).sort()
  const texts = await Promise.all(
    wanted.map(async (file) => [file.replace(/\.hbs$/, ''), await readFile(join(folder, file), 'utf8')] as const),
  )
  return Object.fromEntries(texts)
}
