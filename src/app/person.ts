import { userInfo } from 'node:os'

/** Name of the user of this machine, for records when no other name is given. */
export function currentUser(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`
  }
}
