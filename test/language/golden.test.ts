import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkFile } from '../../src/language/check-file.ts'
import { renderPretty, summarize } from '../../src/language/render-pretty.ts'
import { sampleEnvironment } from './examples.ts'
import { plainPaint } from './plain-paint.ts'

const folder = join(import.meta.dirname, '../golden/diagnostics')
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

// The texts are rewritten by `npx vitest run -u`; they are read in review.
describe('what an author is told', () => {
  it.each(names)('%s', async (name) => {
    const text = readFileSync(join(folder, name), 'utf8')
    const { diagnostics } = checkFile(text, name, sampleEnvironment)
    const options = { texts: new Map([[name, text]]), paint: plainPaint, columns: 100 }
    const ranges = diagnostics.map(
      ({ code, range: { start, end } }) => `${start.line}:${start.column}-${end.line}:${end.column} ${code}\n`,
    )
    const told = `${renderPretty(diagnostics, options)}${summarize(diagnostics, 1)}\n\n${ranges.join('')}`
    await expect(told).toMatchFileSnapshot(join(folder, name.replace(/\.yaml$/, '.txt')))
  })
})
