import type { Command } from './command.ts'

/**
 * Every command, in the order in which help shows it. A line holds all that help, parsing and shell completion need;
 * `load` brings the implementation in only when the command runs.
 */
export const commands: readonly Command[] = [
  {
    name: 'completion',
    summary: 'Print a completion script for a shell',
    group: 'more',
    details:
      'bash: add \'eval "$(rollbook completion bash)"\' to ~/.bashrc. zsh: the same in ~/.zshrc, after compinit. fish: write it to ~/.config/fish/completions/rollbook.fish.',
    arguments: [{ name: 'shell', title: 'bash, zsh or fish', required: true, complete: ['bash', 'zsh', 'fish'] }],
    options: [],
    examples: ['rollbook completion bash'],
    load: async () => (await import('./completion.ts')).completion,
  },
]
