import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

let built = false

/** Path of the program as it is shipped; built when the sources are newer. */
export function builtProgram(): string {
  if (!built) execFileSync(process.execPath, ['.ci/setup.mjs'], { stdio: 'pipe' })
  built = true
  return join(process.cwd(), 'dist/rollbook.mjs')
}
