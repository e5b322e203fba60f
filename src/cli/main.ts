#!/usr/bin/env node
/** The program's first and smallest part: the version is printed before anything else is loaded. */
import { version } from '../base/version.ts'

const words = process.argv.slice(2)
if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  process.stdout.write(`${version}\n`)
} else {
  const { runProcess } = await import('./run-process.ts')
  await runProcess(words)
}
