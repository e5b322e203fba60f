import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { EmulatedNode } from '../cluster.ts'
import { installCode, installStockFiles } from '../release-files.ts'
import type { Sandbox } from '../sandbox.ts'

const configFile = 's/code/sentinel/daemon/config/config.yml'
const defaultCache = '/var/stackato/sentinel-cache'

export function prepareHelionHost(sandbox: Sandbox, node: EmulatedNode): void {
  installStockFiles(sandbox, node.version)
  installCode(sandbox, node.version)
  sandbox.write(configFile, `cache_dir: ${defaultCache}\nlog_level: info\n`)
  sandbox.write('s/logs/sentinel-cli.log', '')
  sandbox.program('home/stackato/bin/kato', 'kato', true)
  sandbox.program('s/code/sentinel/cli/bin/sentinel', 'sentinel', true)
}

/** The folder that `cache_dir` names, as written in the file. */
export function configuredCache(sandbox: Sandbox): string {
  const read: unknown = parse(readFileSync(join(sandbox.root, configFile), 'utf8'))
  const folder = typeof read === 'object' && read !== null ? (read as Record<string, unknown>)['cache_dir'] : undefined
  return typeof folder === 'string' && folder !== '' ? folder : defaultCache
}

/** Places in command lines are mapped into the host's folder; a setting that was written so is given its own name again. */
export function tidyConfig(sandbox: Sandbox): void {
  const text = readFileSync(join(sandbox.root, configFile), 'utf8')
  if (text.includes(sandbox.root)) sandbox.write(configFile, text.replaceAll(sandbox.root, ''))
}
