import { verifyRunIn } from '../app/verify-run.ts'
import { type CommandRun, exitCodes } from './command.ts'
import { say } from './io.ts'
import { makeStyle } from './style.ts'
import { counted } from './terminal-text.ts'

/** `rollbook verify RUN`: what is written is what was recorded. */
export const verify: CommandRun = async (call, io) => {
  const { run, verified } = await verifyRunIn(io.cwd, call.positionals[0] ?? '')
  const errors = verified.findings.filter((finding) => finding.severity === 'error').length
  if (call.flag('json')) {
    const { lastHash: last_hash, ...rest } = verified
    say(io, JSON.stringify({ run, last_hash, ...rest }, undefined, 2))
  } else {
    const style = makeStyle(io.colour)
    const word = errors > 0 ? style.red('NOT intact') : style.green('intact')
    say(io, `Run ${run} is ${word}`)
    say(
      io,
      `  ${counted(verified.records, 'record')} in an unbroken chain, ${counted(verified.evidence, 'piece')} of evidence`,
    )
    if (verified.lastHash) say(io, `  last hash ${verified.lastHash}`)
    for (const finding of verified.findings) {
      const mark = finding.severity === 'error' ? style.red('✗') : style.yellow('!')
      say(io, `${mark} ${finding.message} ${style.dim(`[${finding.code}]`)}`)
    }
  }
  return errors > 0 ? exitCodes.findings : exitCodes.clean
}
