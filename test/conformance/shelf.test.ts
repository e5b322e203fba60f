import { expect, it } from 'vitest'
import { conformance } from '../../docs/examples/shelf/src/conformance.ts'
import { executor } from '../../docs/examples/shelf/src/index.ts'
import { testExecutor } from '../../src/conformance/index.ts'

it('the worked example keeps the contract', async () => {
  const report = await testExecutor(executor, conformance)
  expect(report.findings).toEqual([])
})
