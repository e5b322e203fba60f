import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

it('the demo of Aviatrix goes over two hops, through its faults, to a report that can be trusted', async () => {
  const io = captureIo({ cwd: temporaryFolder() })
  expect(await runCli(['demo', 'aviatrix'], io), io.out() + io.err()).toBe(0)
  expect(io.out()).toContain('answered by the web server (status 503)')
  expect(io.out()).toContain('the upgrade of gateway spoke-use1-1 failed')
  expect(io.out()).toContain('Done: controller and gateways are upgraded and accepted.')
  expect(io.out()).toContain('Run demo is intact')
  for (const file of ['recipe-book.html', 'report.html', 'network/effects.jsonl'])
    expect(existsSync(join(io.cwd, '.demo/aviatrix', file)), file).toBe(true)
})
