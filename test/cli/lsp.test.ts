import { expect, test } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'

test.each([true, false])(
  'typed on a terminal (%s) it says whom it waits for, and an editor hears nothing',
  async (interactive) => {
    const io = captureIo({ interactive })
    expect(await runCli(['lsp'], io)).toBe(0)
    expect(io.err()).toBe(
      interactive
        ? 'An editor starts this command and speaks the Language Server Protocol with it; Ctrl-C ends it.\nHow editors are set up stands in docs/guides/set-up-an-editor.md.\n'
        : '',
    )
    expect(io.out()).toBe('')
  },
)
