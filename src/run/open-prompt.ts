import type { Standing } from './decided.ts'

/** Whether people are asked something about a step. */
export function openPrompt(standing: Standing, path: string): boolean {
  return Object.values(standing.state.prompts).some((prompt) => prompt.step === path)
}
