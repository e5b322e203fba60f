import { expect, test } from 'vitest'
import { DiagnosticTag } from 'vscode-languageserver/node'
import { checkFile } from '../../src/language/check-file.ts'
import { wireDiagnostic } from '../../src/lsp/convert-diagnostic.ts'
import type { Paths } from '../../src/lsp/paths.ts'

test('a deprecated key is struck through in editors', () => {
  const { diagnostics } = checkFile('rollbook: runbook/v1\nblast_radius: {max_sites: 3}\n', 'a.yaml', { actions: [] })
  const found = diagnostics.find(({ code }) => code === 'KEY_DEPRECATED')
  expect(found).toBeDefined()
  const wire = wireDiagnostic(found!, { uriOf: (path: string) => path } as unknown as Paths)
  expect(wire).toMatchObject({ code: 'KEY_DEPRECATED', tags: [DiagnosticTag.Deprecated] })
})
