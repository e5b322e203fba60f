import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sandbox } from './sandbox.ts'

/** Says whether the default profile of the host, the one of all its users, sets a variable to something. */
export function profileSets(sandbox: Sandbox, variable: string): boolean {
  const folder = join(sandbox.root, 'etc/profile.d')
  const parts = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
  const files = [join(sandbox.root, 'etc/profile'), join(sandbox.root, 'etc/environment'), ...parts]
  const setting = new RegExp(`^\\s*(?:export\\s+)?${variable}=["']?[^\\s"']`, 'm')
  return files.some((file) => existsSync(file) && setting.test(readFileSync(file, 'utf8')))
}
