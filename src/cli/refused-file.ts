import { RollbookError } from '../base/error.ts'
import { shortPath } from './terminal-text.ts'

/** Codes of the operating system that tell about the user's disk and rights, and not of a defect. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'access is denied',
  EPERM: 'the system does not allow it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is used up',
  ENOTDIR: 'a part of its path is a file',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this machine',
}

/** What was tried, by the name of the system call. */
const verbs: Readonly<Record<string, string>> = {
  mkdir: 'made',
  scandir: 'listed',
  read: 'read',
  write: 'written',
  rename: 'put in place',
  unlink: 'removed',
}

/**
 * A file or folder that the operating system refuses, as an error that a user can act on.
 *
 * @param cwd - paths below it are shown from there
 * @returns undefined for everything else
 */
export function refusedFile(error: unknown, cwd: string): RollbookError | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error) || typeof error.path !== 'string') return
  const reason = reasons[String(error.code)]
  if (reason === undefined) return
  const verb = ('syscall' in error ? verbs[String(error.syscall)] : undefined) ?? 'opened'
  const message = `"${shortPath(error.path, cwd)}" cannot be ${verb}: ${reason}`
  return new RollbookError('FILE_REFUSED', message, { cause: error })
}
