import { join } from 'node:path'
import type { ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = {
  // The worked example in docs/examples imports the library by its name, as an executor from elsewhere does.
  resolve: {
    alias: [
      { find: /^rollbook\/conformance$/, replacement: join(import.meta.dirname, 'src/conformance/index.ts') },
      { find: /^rollbook$/, replacement: join(import.meta.dirname, 'src/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/property-seed.ts'],
    // Only for what hangs: nothing is judged by its speed, and a busy machine is many times slower.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    teardownTimeout: 60_000,
    expect: { poll: { timeout: 120_000 } },
    pool: 'forks',
    maxWorkers: 2,
  },
}

export default config
