import type { Sandbox } from './sandbox.ts'

/** Files of the release in places where people also put theirs. Their names are the emulator's own. */
function stockFiles(version: string): Readonly<Record<string, string>> {
  return {
    's/etc/kato/nodes.yaml': `# release ${version}\ntimeout: 60\n`,
    's/etc/stackato/motd': `Stackato ${version}\n`,
    [`s/etc/stackato/defaults-${version}.yaml`]: `release: ${version}\n`,
    's/static/maintenance.html': `<h1>Maintenance</h1><!-- ${version} -->\n`,
    's/static/index.html': `<h1>Stackato</h1><!-- ${version} -->\n`,
  }
}

const codeFolders = ['aok', 'console', 'kato', 'stackato-common'] as const

/** Puts the files of a release in place: edits are lost; new files below /s/etc and /s/static stay unless a name clashes. */
export function installStockFiles(sandbox: Sandbox, version: string): void {
  for (const [path, content] of Object.entries(stockFiles(version))) sandbox.write(path, content)
}

/** `/s/code` is replaced as a whole, except for the upgrade engine itself and what a component of its own replaces. */
export function installCode(sandbox: Sandbox, version: string, keep: readonly string[] = []): void {
  sandbox.empty('s/code', ['sentinel', ...keep])
  for (const folder of codeFolders) if (!keep.includes(folder)) installCodeFolder(sandbox, folder, version)
}

export function installCodeFolder(sandbox: Sandbox, folder: string, version: string): void {
  if (sandbox.exists(`s/code/${folder}`)) sandbox.empty(`s/code/${folder}`)
  sandbox.write(`s/code/${folder}/VERSION`, `${version}\n`)
  sandbox.write(`s/code/${folder}/config.rb`, `# ${folder} ${version}\n`)
}
