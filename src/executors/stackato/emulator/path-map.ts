/**
 * Absolute places of a Stackato host that belong to one emulated node. A command line that names them works on the
 * node's own folder instead, so that real programs (`cat`, `cp`, `find`, redirections) see real files of that node.
 */
const places = [
  '/s',
  '/home/stackato',
  '/etc/sudoers.d',
  '/etc/profile.d',
  '/etc/profile',
  '/etc/environment',
  '/var/stackato',
  '/var/tmp',
  '/tmp',
  '/mnt',
  '/proc/meminfo',
] as const

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/**
 * Rewrites the places above in a command line to the folder of the node. A path is only taken as such after a blank, a
 * quote, a redirection, `=`, `:` or another sign of the shell; a path that already leads into the node's folder stays.
 *
 * @param root - absolute folder of the node, without a slash at its end
 */
export function mapPaths(command: string, root: string): string {
  const before = `(?<=^|[\\s"'=:;|&<>(),\`{}\\[\\]])`
  const after = `(?=$|[/\\s"'=:;|&<>(),\`{}*\\]\\\\])`
  const pattern = new RegExp(`${before}(?:(${escaped(root)})|(${places.map(escaped).join('|')}))${after}`, 'g')
  return command.replace(pattern, (_whole, inside: string | undefined, place: string) =>
    inside === undefined ? `${root}${place}` : inside,
  )
}
