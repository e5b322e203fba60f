import { posix } from 'node:path'
import { expect, test } from 'vitest'
import { readFiles } from '../support/source-files.ts'

/** Pages that a list of contents leads to, relative to the folder of the list. */
function linked(list: string): readonly string[] {
  const [page] = readFiles((path) => path === list)
  const targets = [...(page?.text ?? '').matchAll(/\]\(([^)#:]+\.md)\)/g)].map(([, target = '']) => target)
  return targets.map((target) => posix.join(posix.dirname(list), target))
}

test.each([
  ['docs/README.md', /^docs\/(tutorial|guides|concepts|reference)\/.+\.md$/],
  ['docs/decisions/README.md', /^docs\/decisions\/\d{4}-.+\.md$/],
])('%s leads to every page', (list, pages) => {
  const paths = readFiles((path) => pages.test(path)).map(({ path }) => path)
  expect(paths.length).toBeGreaterThan(10)
  const leads = linked(list)
  expect(paths.filter((path) => !leads.includes(path))).toEqual([])
})
