import { type Instruction, programOf } from './pattern-program.ts'

const programs = new Map<string, readonly Instruction[]>()

/**
 * Finds a regular expression anywhere in a text, in time linear in text times pattern: a hostile pattern cannot hang
 * the reader. Knows what RE2 and CEL share: classes, groups, alternatives, repetition, `^`, `$`, `\b`; no
 * back-references and no looking around.
 *
 * @throws FunctionRefusal when the pattern is malformed or uses what is not supported
 */
export function matchPattern(pattern: string, text: string): boolean {
  let program = programs.get(pattern)
  if (!program) {
    if (programs.size >= 200) programs.clear()
    program = programOf(pattern)
    programs.set(pattern, program)
  }
  return run(program, [...text])
}

/** Runs all threads of the program side by side over the text (Thompson's construction). */
function run(program: readonly Instruction[], text: readonly string[]): boolean {
  let current = new Set<number>()
  for (let index = 0; index <= text.length; index += 1) {
    follow(program, 0, text, index, current)
    if (current.has(program.length)) return true
    const char = text[index]
    if (char === undefined) return false
    const next = new Set<number>()
    for (const at of current) {
      const instruction = program[at]
      if (instruction?.kind === 'char' && instruction.test(char)) follow(program, at + 1, text, index + 1, next)
    }
    current = next
    if (current.has(program.length)) return true
  }
  return false
}

/** Adds a thread with everything that it reaches without reading; `program.length` is the match. */
function follow(
  program: readonly Instruction[],
  start: number,
  text: readonly string[],
  index: number,
  threads: Set<number>,
): void {
  const open = [start]
  while (open.length > 0) {
    const at = open.pop()!
    if (threads.has(at)) continue
    threads.add(at)
    const instruction = program[at]
    if (instruction === undefined || instruction.kind === 'char') continue
    if (instruction.kind === 'split') open.push(instruction.second, instruction.first)
    else if (instruction.kind === 'jump') open.push(instruction.to)
    else if (instruction.holds(text[index - 1], text[index])) open.push(at + 1)
  }
}
