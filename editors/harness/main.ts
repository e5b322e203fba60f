/**
 * `npm run test:vscode [-- --pictures] [-- --only NAME…] [-- --vsix FILE]`: plays every scenario in real VS Code, which
 * runs in a browser, with the packaged extension installed into an empty profile.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, chromium } from 'playwright-core'
import { type CodeServer, startCodeServer } from './code-server.ts'
import type { Scenario } from './scenario.ts'
import { scenarios } from './scenarios/index.ts'
import { setUp } from './set-up.ts'
import { Workbench } from './workbench.ts'
import { makeFolder } from './workspace.ts'

const harness = dirname(process.argv[1] ?? '')
const root = join(harness, '../..')
const cache = join(harness, '.cache')
const { values } = parseArgs({
  options: {
    pictures: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    vsix: { type: 'string' },
  },
  allowPositionals: false,
})

try {
  process.exitCode = await playAll()
} catch (error) {
  console.error(`test:vscode: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

/** @returns the exit code */
async function playAll(): Promise<number> {
  const known = new Set(scenarios.map(({ name }) => name))
  const unknown = values.only.filter((name) => !known.has(name))
  if (unknown.length > 0)
    throw new Error(`there is no scenario ${unknown.join(', ')}; there is ${[...known].join(', ')}`)
  const installed = setUp(cache)
  const server = await startCodeServer(installed.codeServer, values.vsix ?? packageExtension(cache))
  const stopped = (): void => void server.stop().then(() => process.exit(130))
  process.once('SIGINT', stopped)
  try {
    const words = ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb']
    const browser = await chromium.launch({ executablePath: installed.browser, args: words })
    try {
      const wanted = scenarios.filter(({ name }) => values.only.length === 0 || values.only.includes(name))
      let failed = 0
      for (const scenario of wanted) if (!(await play(scenario, browser, server))) failed += 1
      console.log(`\n${wanted.length - failed} of ${wanted.length} scenarios passed`)
      return failed === 0 ? 0 : 1
    } finally {
      await browser.close()
    }
  } finally {
    process.off('SIGINT', stopped)
    await server.stop()
  }
}

/** @returns path of the package, made from the present sources */
function packageExtension(cache: string): string {
  const file = join(cache, 'rollbook.vsix')
  execFileSync('npm', ['run', '--silent', 'package:vscode', '--', file], { cwd: root, stdio: ['ignore', 2, 2] })
  return file
}

/** @returns true when it passed; otherwise what was shown is kept as a picture */
async function play(scenario: Scenario, browser: Browser, server: CodeServer): Promise<boolean> {
  const folder = makeFolder(root)
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'UTC',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const started = performance.now()
  const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`
  try {
    const workbench = new Workbench(page)
    await workbench.openFolder(server.url, folder.path)
    const picture = async (name: string): Promise<void> => {
      if (values.pictures) await takePicture(workbench, join(root, 'docs/pictures'), name)
    }
    await scenario.play({ workbench, folder, picture })
    console.log(`passed  ${scenario.title} (${seconds()})`)
    return true
  } catch (error) {
    const shown = await takePicture(new Workbench(page), join(cache, 'failed'), scenario.name)
    console.log(`FAILED  ${scenario.title} (${seconds()})`)
    console.log(`        ${error instanceof Error ? error.message : String(error)}`)
    console.log(`        what was shown: ${shown}`)
    return false
  } finally {
    await context.close()
    folder.remove()
  }
}

async function takePicture({ page }: Workbench, into: string, name: string): Promise<string> {
  mkdirSync(into, { recursive: true })
  const path = join(into, `${name}.png`)
  // What VS Code itself wants to say is no part of the picture.
  for (const toast of await page.locator('.notification-toast').all()) {
    await toast.hover()
    await toast.locator('.codicon-notifications-clear').click()
  }
  await page.screenshot({ path, animations: 'disabled', caret: 'initial' })
  return path
}
