import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>
const page = readFileSync('docs/dependencies.md', 'utf8')
const [, program = '', development = ''] = page.split(/^## .*$/m)

/** Names in code in the first cell of each row. */
function named(section: string): readonly string[] {
  const cells = [...section.matchAll(/^\| (`[^|]*`) \|/gm)].map(([, cell = '']) => cell)
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)).sort()
}

test('every dependency has its reason in docs/dependencies.md, and no other has', () => {
  expect(named(program).filter((name) => name !== 'package')).toEqual(
    Object.keys(manifest['dependencies'] ?? {}).sort(),
  )
})

test('every development dependency is named', () => {
  const names = Object.keys(manifest['devDependencies'] ?? {}).filter((name) => !name.startsWith('@types/'))
  expect(named(development)).toEqual([...names, '@types/*'].sort())
})

test('ranges accept patches only', () => {
  const ranges = [
    ...Object.entries(manifest['dependencies'] ?? {}),
    ...Object.entries(manifest['devDependencies'] ?? {}),
  ]
  expect(ranges.filter(([, range]) => !/^~?\d+\.\d+\.\d+$/.test(range))).toEqual([])
})
