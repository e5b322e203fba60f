import { type ActionContext, ActionFailure } from '../ports/executor.ts'
import type { SshSession } from '../ports/ssh.ts'
import { sshAddressOf } from '../ports/ssh-address.ts'
import { commandFailed, decode, runCommand, type Sudo, shell } from './command.ts'

/** What is at a path of the target, or of control where a step has no target. */
export interface FileState {
  readonly kind: 'missing' | 'file' | 'folder' | 'other'
  /** Permission bits; for a file and a folder. */
  readonly mode?: number
  readonly bytes?: number
  /** Whose it is, as numbers and names; for all that is there. */
  readonly owner?: { readonly uid: string; readonly gid: string; readonly user: string; readonly group: string }
  /** 64 hexadecimal digits; for a plain file, when asked for. */
  readonly sha256?: string
}

/** `$1` path, `$2` 1 for the hash. What lies where one may not look is not known to be missing. */
export const lookScript: string = `[ -e "$1" ] || [ -L "$1" ] || {
  at=$(dirname -- "$1")
  while [ ! -e "$at" ] && [ "$at" != / ] && [ "$at" != . ]; do at=$(dirname -- "$at"); done
  [ ! -d "$at" ] || [ -x "$at" ] || { echo "$at: permission denied" >&2; exit 1; }
  echo missing
  exit 0
}
if [ -d "$1" ]; then kind=folder; elif [ -f "$1" ]; then kind=file; else kind=other; fi
seen=$(stat -L -c '%a %s %u:%g:%U:%G' -- "$1" 2>/dev/null || stat -L -f '%Lp %z %u:%g:%Su:%Sg' -- "$1") || exit 1
echo "$kind $seen"
[ $kind = file ] && [ "$2" = 1 ] || exit 0
sha256sum <"$1" 2>/dev/null || shasum -a 256 <"$1" 2>/dev/null || openssl dgst -sha256 -r <"$1"`

export async function lookAtFile(
  context: ActionContext,
  path: string,
  how: { readonly sudo?: Sudo; readonly timeoutMs: number; readonly withHash?: boolean },
): Promise<FileState> {
  const withHash = how.withHash ?? true
  const result = await runCommand(context, {
    argv: shell(lookScript, path, withHash ? '1' : '0'),
    ...(how.sudo === undefined ? {} : { sudo: how.sudo }),
    timeoutMs: how.timeoutMs,
  })
  if (result.exitCode !== 0) throw commandFailed(context, `looking at ${path}`, result)
  const [first, second] = decode(result.stdout).split('\n')
  if (first === 'missing') return { kind: 'missing' }
  const match = /^(file|folder|other) ([0-7]+) (\d+) (\d+):(\d+):([^:]*):(.*)$/.exec(first ?? '')
  const hash = /^[0-9a-f]{64}/.exec(second ?? '')?.[0]
  const kind = match?.[1]
  if (
    !match ||
    (kind !== 'file' && kind !== 'folder' && kind !== 'other') ||
    (kind === 'file' && withHash && hash === undefined)
  ) {
    throw new ActionFailure('process', `what the target says of ${path} cannot be read`, {
      advice: 'It needs stat and one of sha256sum, shasum and openssl.',
    })
  }
  return {
    kind,
    mode: Number.parseInt(match[2]!, 8),
    bytes: Number(match[3]),
    owner: { uid: match[4]!, gid: match[5]!, user: match[6]!, group: match[7]! },
    ...(hash === undefined ? {} : { sha256: hash }),
  }
}

export async function sessionOf(context: ActionContext): Promise<SshSession> {
  if (context.target === undefined) {
    throw new ActionFailure('process', 'copying needs a target', { advice: 'Give the step `on`.', notApplied: true })
  }
  return await context.ports.ssh.session(sshAddressOf(context.target), context.signal)
}
