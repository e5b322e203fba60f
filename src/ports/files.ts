/** Files of the machine on which the engine runs. Paths are resolved against the folder of the runbook. */
export interface Files {
  /** @throws with `code: 'ENOENT'` when there is no such file */
  read(path: string): Promise<Uint8Array>
  /** Reads in pieces, as fast as they are taken. Errors as for `read`, at the first piece. */
  readStream(path: string): AsyncIterable<Uint8Array>
  /** Writes aside, flushes, renames: a reader sees the old or the new content, never a half. Missing folders are made. */
  write(path: string, content: Uint8Array, mode?: number): Promise<void>
  /** As `write`, in pieces: nothing stands at `path` before `commit`. One of `commit` and `discard` must be called. */
  writeStream(path: string, mode?: number): Promise<FileSink>
  stat(
    path: string,
  ): Promise<{ readonly bytes: number; readonly mode: number; readonly directory: boolean } | undefined>
  remove(path: string): Promise<void>
  /** 64 hex digits. */
  sha256(path: string): Promise<string>
}

export interface FileSink {
  write(chunk: Uint8Array): Promise<void>
  commit(): Promise<void>
  discard(): Promise<void>
}
