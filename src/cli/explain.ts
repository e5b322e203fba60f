import { type ExplainedArea, explainedAreas, explain as explainTopic } from '../app/explain.ts'
import { type CommandRun, exitCodes } from './command.ts'
import { type CliIo, say } from './io.ts'
import { renderMarkdown } from './render-markdown.ts'
import { makeStyle } from './style.ts'

/** `rollbook explain [TOPIC]`: what a code means and how to cure it, or what an action does; alone, the list of all. */
export const explain: CommandRun = async (call, io) => {
  const topic = call.positionals[0]
  if (topic === undefined) {
    listTopics(await explainedAreas(io.cwd), io)
    return exitCodes.clean
  }
  const text = await explainTopic(topic, io.cwd)
  io.stdout.write(io.isTTY ? renderMarkdown(text, makeStyle(io.colour), io.columns) : text)
  return exitCodes.clean
}

/** A heading per area, and below it one topic a line with two spaces before it. */
function listTopics(areas: readonly ExplainedArea[], io: CliIo): void {
  const style = makeStyle(io.colour)
  const width = Math.max(...areas.flatMap(({ topics }) => topics.map(({ name }) => name.length)))
  for (const [index, { title, topics }] of areas.entries()) {
    if (index > 0) say(io)
    say(io, style.bold(title))
    for (const topic of topics) say(io, `  ${style.cyan(topic.name.padEnd(width))}  ${topic.title}`)
  }
}
