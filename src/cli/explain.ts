import { explainedTopics, explain as explainTopic } from '../app/explain.ts'
import { type CommandRun, exitCodes } from './command.ts'
import { say } from './io.ts'
import { renderMarkdown } from './render-markdown.ts'
import { makeStyle } from './style.ts'

/** `rollbook explain [CODE OR ACTION]`: what a finding means and how to cure it, or what an action does. */
export const explain: CommandRun = async (call, io) => {
  const topic = call.positionals[0]
  if (topic === undefined) {
    for (const known of explainedTopics()) say(io, known)
    return exitCodes.clean
  }
  const text = explainTopic(topic)
  io.stdout.write(io.isTTY ? renderMarkdown(text, makeStyle(io.colour), io.columns) : text)
  return exitCodes.clean
}
