import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { generatedFiles } from '../../.ci/generate.ts'

const root = join(import.meta.dirname, '../..')

describe('what is made from schemas and catalogue ("npm run generate")', () => {
  let files: ReadonlyMap<string, string>
  beforeAll(async () => {
    files = await generatedFiles(root)
  })

  it('is committed as it would be made now: types, validators, reference pages', () => {
    const stale = [...files].filter(([path, content]) => {
      const file = join(root, path)
      return !existsSync(file) || readFileSync(file, 'utf8') !== content
    })
    expect(stale.map(([path]) => path)).toEqual([])
    expect([...files.keys()]).toContain('docs/reference/diagnostics.md')
  })
})
