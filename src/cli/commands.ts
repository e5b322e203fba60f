import type { Command } from './command.ts'

/** Meant for programs: one JSON value on stdout. */
const json = { name: 'json', title: 'Print JSON for programs' } as const

/**
 * Every command, in the order in which help shows it. A line holds all that help, parsing and shell completion need;
 * `load` brings the implementation in only when the command runs.
 */
export const commands: readonly Command[] = [
  {
    name: 'emulate',
    summary: 'Start an emulated system to practise on',
    group: 'more',
    details:
      'Starts real SSH servers on loopback ports, with programs that behave as the vendor documents them, and stays until Ctrl-C. Nothing outside the folder is written.',
    arguments: [{ name: 'system', title: 'stackato', required: true, complete: ['stackato'] }],
    options: [
      { name: 'nodes', value: 'count', title: 'Nodes of the cluster, 3 to 200', byDefault: '6' },
      { name: 'speed', value: 'factor', title: 'Emulated seconds in one real second', byDefault: '60' },
      {
        name: 'fault',
        value: 'name[:value…]',
        title: 'Something that goes wrong; --faults lists them',
        repeated: true,
      },
      { name: 'faults', title: 'List the faults and stop' },
      { name: 'installed', value: 'version', title: 'Release that is installed' },
      { name: 'release', value: 'version', title: 'Newest release of the vendor' },
      {
        name: 'directory',
        short: 'd',
        value: 'folder',
        title: 'Folder for keys, inventory, state and logs',
        byDefault: '.rollbook/emulators/stackato',
        complete: 'folder',
      },
      json,
    ],
    examples: [
      'rollbook emulate stackato --nodes 6',
      'rollbook emulate stackato --fault network-during-download:2 --speed 600',
      'rollbook emulate stackato --faults',
    ],
    load: async () => (await import('./emulate.ts')).emulate,
  },
  {
    name: 'schema',
    summary: 'Print the JSON Schema of a kind of file',
    group: 'more',
    details: 'Without a kind, lists the kinds.',
    arguments: [{ name: 'kind', title: 'A kind such as runbook/v1', required: false }],
    options: [],
    examples: ['rollbook schema runbook'],
    load: async () => (await import('./schema.ts')).schema,
  },
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
