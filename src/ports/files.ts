/** Files of the machine on which the engine runs. Paths are resolved against the folder of the runbook. */
export interface Files {
  /** @throws with `code: 'ENOENT'` when there is no such file */
  read(path: string): Promise<Uint8Array>
  /** Writes aside, flushes, renames: a reader sees the old or the new content, never a half. */
  write(path: string, content: Uint8Array, mode?: number): Promise<void>
  stat(
    path: string,
  ): Promise<{ readonly bytes: number; readonly mode: number; readonly directory: boolean } | undefined>
  remove(path: string): Promise<void>
  sha256(path: string): Promise<string>
}
