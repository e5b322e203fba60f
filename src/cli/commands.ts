import type { Command, CommandArgument, CommandOption } from './command.ts'
import { defaultDemo, demos } from './demos/index.ts'
import { runCommands } from './run-commands.ts'

/** Meant for programs: one JSON value on stdout. */
const json = { name: 'json', title: 'Print JSON for programs' } as const

/** What commands over many files take. */
const paths: CommandArgument = {
  name: 'path',
  title: 'File or folder; default: the current folder',
  required: false,
  many: true,
  complete: 'file',
}
const check: CommandOption = { name: 'check', title: 'Only say which files would change' }

const start: CommandOption = {
  name: 'start',
  value: 'instant',
  title: 'When the run starts; without it the next midnight UTC',
}

/** What a plan is made from; the same for every command that makes one. */
const planSources: readonly CommandOption[] = [
  {
    name: 'inventory',
    short: 'i',
    value: 'file',
    title: 'Targets: an inventory of Rollbook, or an Ansible inventory',
    complete: 'file',
  },
  { name: 'set', value: 'name=value', title: 'Value of an input', repeated: true, complete: 'input' },
  { name: 'values', value: 'file', title: 'YAML or JSON file with values of inputs', complete: 'file' },
  {
    name: 'catalog',
    value: 'file',
    title: 'Published releases, in place of the catalog that the runbook names',
    complete: 'file',
  },
]

/** A run over what an earlier one left, in place of a runbook. */
const followUpOptions: readonly CommandOption[] = [
  {
    name: 'of',
    value: 'run',
    title: 'Follow up this run: the same runbook, inventory and values, over the targets that --only says',
    complete: 'run',
  },
  {
    name: 'only',
    value: 'ends',
    title: 'Which targets to follow up: skipped, failed, rolled_back, held; skipped,failed unless said otherwise',
    complete: 'none',
  },
]

/** Kinds of file, without their version. */
const kindNames: readonly string[] = ['runbook', 'inventory', 'scenario', 'catalog', 'config', 'executor']

/** Held equal to the list of migrations by a test, since help and completion load none. */
const migrationNames: readonly string[] = [
  'api-version-header',
  'header-without-version',
  'blast-radius-units',
  'key-spelling',
  'words-of-other-tools',
  'yaml-1.1-switches',
]

/** What every document is written with. */
const documentOptions: readonly CommandOption[] = [
  { name: 'output', short: 'o', value: 'file', title: 'File to write; .html or .md', complete: 'file' },
  {
    name: 'templates',
    value: 'folder',
    title: 'Templates of your own, in place of those that ship',
    complete: 'folder',
  },
  { name: 'time-zone', value: 'zone', title: 'Time zone of the instants', byDefault: 'UTC' },
]

/**
 * Every command, in the order in which help shows it. A line holds all that help, parsing and shell completion need;
 * `load` brings the implementation in only when the command runs.
 */
export const commands: readonly Command[] = [
  {
    name: 'init',
    summary: 'Begin a runbook, from one that ships or from scratch, with its inventory',
    group: 'write',
    details:
      'On a terminal it asks for what is not given; --yes takes what it would propose. A system that ships comes with inventory, values, answers, scenario, catalog and calendars; from scratch you get one component whose hosts are upgraded one first, then the others. Nothing is ever overwritten. --set changes values of a system that ships; the options below it are for "scratch".',
    arguments: [
      {
        name: 'system',
        title: 'stackato-3.0, helion-stackato, aviatrix, aviatrix-images, cleanroom, cato or scratch',
        required: false,
        complete: ['stackato-3.0', 'helion-stackato', 'aviatrix', 'aviatrix-images', 'cleanroom', 'cato', 'scratch'],
      },
    ],
    options: [
      { name: 'name', short: 'n', value: 'name', title: 'Name of the runbook and of its files', complete: 'none' },
      {
        name: 'directory',
        short: 'd',
        value: 'folder',
        title: 'Where to write; without it the current folder',
        complete: 'folder',
      },
      { name: 'yes', short: 'y', title: 'Ask nothing' },
      { name: 'set', value: 'name=value', title: 'Value of an input', repeated: true, complete: 'none' },
      { name: 'title', value: 'text', title: 'Title of the runbook', complete: 'none' },
      { name: 'component', value: 'name', title: 'What the hosts are, in one word', complete: 'none' },
      { name: 'host', value: 'name[=address]', title: 'A host', repeated: true, complete: 'none' },
      {
        name: 'upgrade',
        value: 'command',
        title: 'Line for a shell that installs $RELEASE on a host',
        complete: 'none',
      },
      {
        name: 'show-version',
        value: 'command',
        title: 'Line for a shell that prints the version of a host',
        complete: 'none',
      },
      { name: 'installed', value: 'version', title: 'Version that is installed now', complete: 'none' },
      { name: 'release', value: 'version', title: 'Release to install', complete: 'none' },
    ],
    examples: [
      'rollbook init',
      'rollbook init cato --name sockets --set release=18.4.1 --yes',
      'rollbook init scratch --name web --component web --host web-1=192.0.2.11 --host web-2=192.0.2.12 --yes',
    ],
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'validate',
    summary: 'Check runbooks, inventories, catalogs and scenarios',
    group: 'write',
    details:
      'Folders are searched for YAML files that say what they are with the key "rollbook". Ends with 1 when there are errors. A warning or hint is silenced by a comment on its line or the line above: "# rollbook: allow CODE reason".',
    arguments: [paths],
    options: [
      {
        name: 'format',
        value: 'format',
        title: 'How findings are printed',
        choices: ['pretty', 'concise', 'json', 'sarif', 'github'],
        byDefault: 'pretty',
      },
      { name: 'json', title: 'The same as --format json' },
      {
        name: 'inventory',
        short: 'i',
        value: 'file',
        title: 'Check names and selections of targets against this inventory',
        complete: 'file',
      },
      { name: 'strict', title: 'End with 1 for warnings too' },
    ],
    examples: [
      'rollbook validate',
      'rollbook validate upgrade.yaml -i inventory.yaml',
      'rollbook validate runbooks --format sarif',
    ],
    load: async () => (await import('./validate.ts')).validate,
  },
  {
    name: 'fmt',
    summary: 'Bring files into the usual form, with comments and meaning kept',
    group: 'write',
    details: 'With --check nothing is written, and the command ends with 1 when a file would change.',
    arguments: [paths],
    options: [check],
    examples: ['rollbook fmt', 'rollbook fmt upgrade.yaml', 'rollbook fmt runbooks --check'],
    load: async () => (await import('./fmt.ts')).fmt,
  },
  {
    name: 'migrate',
    summary: 'Bring files of an older or another form to the present one, with comments kept',
    group: 'write',
    details:
      'Rewrites deprecated keys, headers and words of other tools, and whatever else has exactly one meaning in the present language; --list tells what. Only the words in question change, never what a file means. With --check nothing is written, and the command ends with 1 when a file would change. A file of a newer version is refused.',
    arguments: [paths],
    options: [
      check,
      { name: 'only', value: 'migration', title: 'Only this one', repeated: true, complete: migrationNames },
      { name: 'list', title: 'List the migrations and stop' },
      json,
    ],
    examples: ['rollbook migrate', 'rollbook migrate runbooks --check', 'rollbook migrate --list'],
    load: async () => (await import('./migrate.ts')).migrate,
  },
  {
    name: 'diff',
    summary: 'Show what changes in meaning between two files, not in text',
    group: 'write',
    details:
      'Comments, spelling, defaults that are written out, the order of keys and of lists without an order make no difference. A file may be REVISION:PATH of a Git repository; without the second one the file is compared with HEAD. With an inventory both plans are made with the same values, and targets, waves, order and times are compared too. Ends with 0 when both mean the same, with 1 when they differ.',
    arguments: [
      { name: 'before', title: 'File, or REVISION:PATH', required: true, complete: 'file' },
      { name: 'after', title: 'File, or REVISION:PATH', required: false, complete: 'file' },
    ],
    options: [
      ...planSources,
      { name: 'start', value: 'instant', title: 'When the run starts, for times that depend on windows' },
      { name: 'words', title: 'Show differences in titles and descriptions as well' },
      json,
    ],
    examples: [
      'rollbook diff upgrade.yaml',
      'rollbook diff v1.2:upgrade.yaml upgrade.yaml -i inventory.yaml --values production.yaml',
      'rollbook diff old.yaml new.yaml --json',
    ],
    load: async () => (await import('./diff.ts')).diff,
  },
  {
    name: 'explain',
    summary: 'Explain the code of a finding or an error, or an action',
    group: 'write',
    details:
      'Codes stand in brackets behind every message. Without a topic, lists everything that can be explained, by area.',
    arguments: [
      {
        name: 'topic',
        title: 'A code such as KEY_UNKNOWN, or an action such as check.disk',
        required: false,
        complete: 'topic',
      },
    ],
    options: [],
    examples: ['rollbook explain KEY_UNKNOWN', 'rollbook explain RUN_LOCKED', 'rollbook explain check.disk'],
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    name: 'plan',
    summary: 'Show what a runbook will do, to which targets, and how long it takes',
    group: 'write',
    details:
      'Resolves the runbook for one inventory and one set of inputs. Nothing is contacted. Inputs without a value are asked for on a terminal.',
    arguments: [{ name: 'runbook', title: 'Runbook to resolve', required: false, complete: 'file' }],
    options: [
      ...planSources,
      ...followUpOptions,
      { name: 'only-phase', value: 'phase', title: 'Show only this phase, by id or number', complete: 'phase' },
      start,
      json,
    ],
    examples: [
      'rollbook plan upgrade.yaml -i inventory.yaml --set release=3.6.2',
      'rollbook plan upgrade.yaml -i hosts.ini --values production.yaml --json',
    ],
    load: async () => (await import('./plan.ts')).plan,
  },
  {
    name: 'simulate',
    summary: 'Play a run through in virtual time, with what may go wrong',
    group: 'prove',
    details:
      'The real run logic over a virtual clock: nothing is contacted. A scenario gives durations, faults and what people do; without one all goes as expected. With --runs the run is played so often with further seeds, and times that no rule names lie between expected and worst. Ends with 0 however the simulated run ended.',
    arguments: [{ name: 'runbook', title: 'Runbook to play through', required: true, complete: 'file' }],
    options: [
      ...planSources,
      { name: 'scenario', value: 'file', title: 'Scenario: durations, faults, people', complete: 'file' },
      start,
      { name: 'runs', value: 'count', title: 'Runs for a forecast of the end' },
      { name: 'seed', value: 'number', title: 'Where chance starts from; without it that of the scenario, or 1' },
      { name: 'svg', value: 'file', title: 'Write the picture to this SVG file', complete: 'file' },
      { name: 'all', title: 'Show every event and every target, however many there are' },
      json,
    ],
    examples: [
      'rollbook simulate upgrade.yaml -i inventory.yaml --start 2026-12-06T01:00:00+01:00',
      'rollbook simulate upgrade.yaml -i inventory.yaml --scenario bad-night.yaml --svg night.svg',
      'rollbook simulate upgrade.yaml -i inventory.yaml --runs 200 --seed 7',
    ],
    load: async () => (await import('./simulate.ts')).simulate,
  },
  {
    name: 'book',
    summary: 'Write the recipe book: the plan as a document to review, approve and hand over',
    group: 'prove',
    details:
      'One file, Markdown or HTML, made from the plan alone: the same plan gives the same bytes. A folder of templates replaces those that ship, file by file.',
    arguments: [{ name: 'runbook', title: 'Runbook to describe', required: true, complete: 'file' }],
    options: [
      ...planSources,
      { name: 'start', value: 'instant', title: 'When the run starts; without it times are counted from the start' },
      ...documentOptions,
    ],
    examples: [
      'rollbook book upgrade.yaml -i inventory.yaml -o book.html',
      'rollbook book upgrade.yaml -i hosts.ini --values production.yaml -o book.md --templates our-templates',
    ],
    load: async () => (await import('./book.ts')).book,
  },
  {
    name: 'report',
    summary: 'Write the as-executed record of a run, each line with the journal records behind it',
    group: 'prove',
    details: 'Made from the plan and the journal of the run. A run that goes on is described up to now.',
    arguments: [{ name: 'run', title: 'Run, a beginning of its id, or last', required: true, complete: 'run' }],
    options: documentOptions,
    examples: ['rollbook report last -o record.html', 'rollbook report last -o record.md --time-zone Europe/Zurich'],
    load: async () => (await import('./report.ts')).report,
  },
  ...runCommands([...planSources, ...followUpOptions]),
  {
    name: 'demo',
    summary: 'Upgrade an emulated system, from the runbook to the report',
    group: 'more',
    details:
      'Starts an emulated system, checks and plans the shipped runbook, runs it with recorded answers through injected faults, and writes recipe book and report under .demo/. What it started is stopped at the end.',
    arguments: [
      {
        name: 'system',
        title: `${Object.keys(demos).join(', ')}; without it ${defaultDemo}`,
        required: false,
        complete: Object.keys(demos),
      },
    ],
    options: [{ name: 'guided', title: 'Ask you instead of reading recorded answers' }],
    examples: ['rollbook demo', 'rollbook demo --guided'],
    load: async () => (await import('./demo.ts')).demo,
  },
  {
    name: 'emulate',
    summary: 'Start an emulated system to practise on',
    group: 'more',
    details:
      'Starts real servers on loopback ports that behave as the vendor documents: `stackato` (Helion) and `stackato-3.0` a cluster of SSH servers, `aviatrix` a controller with its gateways behind an HTTPS API, `cato` an account behind a GraphQL API over HTTPS, `cleanroom` real Debian hosts with signed package repositories (needs root). It stays until Ctrl-C, and writes nothing outside the folder.',
    arguments: [
      {
        name: 'system',
        title: 'aviatrix, cato, cleanroom, stackato or stackato-3.0',
        required: true,
        complete: ['aviatrix', 'cato', 'cleanroom', 'stackato', 'stackato-3.0'],
      },
    ],
    options: [
      { name: 'nodes', value: 'count', title: 'stackato: nodes of the cluster, 3 to 200', byDefault: '6' },
      {
        name: 'workstations',
        value: 'count',
        title: 'cleanroom: workstations with the client, 0 to 5000',
        byDefault: '8',
      },
      {
        name: 'agents',
        value: 'count',
        title: 'cleanroom: servers with the recording agent, 0 to 500',
        byDefault: '4',
      },
      { name: 'edges', value: 'count', title: 'cleanroom: edge gateways, 1 to 20', byDefault: '2' },
      {
        name: 'gateways',
        value: 'count',
        title: 'aviatrix: least number of gateways, 1 to 5000',
        byDefault: '24',
      },
      {
        name: 'generation',
        value: 'number',
        title: 'aviatrix: wire form of the API, 0 to 3; without it by the installed release',
      },
      { name: 'sites', value: 'count', title: 'cato: sites of the account, 1 to 20000', byDefault: '200' },
      {
        name: 'zone',
        value: 'zone',
        title: 'cato: only sites in this time zone; without it in 42 of them',
        repeated: true,
      },
      {
        name: 'start',
        value: 'instant',
        title: 'cato, aviatrix: what the emulated clock shows at the start; without it the real time',
      },
      { name: 'speed', value: 'factor', title: 'Emulated seconds in one real second', byDefault: '60' },
      {
        name: 'fault',
        value: 'name[:value…]',
        title: 'Something that goes wrong; --faults lists them',
        repeated: true,
      },
      { name: 'faults', title: 'List the faults and stop' },
      { name: 'installed', value: 'version', title: 'Release that is installed' },
      {
        name: 'previous',
        value: 'version',
        title: 'aviatrix: release that ran before, and whose images the gateways still have; without it none',
      },
      { name: 'shared-clock', title: 'cato, aviatrix: the run goes by this clock, see "rollbook run --clock"' },
      { name: 'release', value: 'version', title: 'Newest release of the vendor' },
      {
        name: 'directory',
        short: 'd',
        value: 'folder',
        title: 'Folder for keys, inventory, state and logs; without it .rollbook/emulators/SYSTEM',
        complete: 'folder',
      },
      json,
    ],
    examples: [
      'rollbook emulate stackato --nodes 6',
      'rollbook emulate stackato --fault network-during-download:2 --speed 600',
      'rollbook emulate stackato --faults',
      'rollbook emulate stackato-3.0 --fault module-fails:stackato-dea',
      'rollbook emulate aviatrix --gateways 40 --fault gateway-fails:spoke-use1-1',
      'rollbook emulate aviatrix --installed 6.8.1148 --previous 6.7.1376 --fault gateway-config-fail:spoke-use1-1',
      'rollbook emulate cato --sites 200 --speed 600',
      'rollbook emulate cleanroom --workstations 500 --fault install-fails:controller-b',
      'rollbook emulate cato --sites 20 --zone Europe/Berlin --fault bad-hash:site-003',
    ],
    load: async () => (await import('./emulate.ts')).emulate,
  },
  {
    name: 'executor',
    summary: 'List the executors of this folder, hold one to the contract, or write its manifest',
    group: 'more',
    details:
      'list: those that ship and those that rollbook.config.yaml names. test: runs the conformance kit on the executor in a folder or package, on the system of its own description. manifest: writes rollbook-executor.json from its code.',
    arguments: [
      { name: 'work', title: 'list, test or manifest', required: true, complete: ['list', 'test', 'manifest'] },
      { name: 'path', title: 'Folder or package of the executor', required: false, complete: 'folder' },
    ],
    options: [
      { name: 'system', value: 'name', title: 'test: what to exercise it on; without it the first of its description' },
      { name: 'action', value: 'name', title: 'test: only this action', repeated: true },
      { name: 'module', value: 'path', title: 'manifest: module of the executor, such as ./dist/index.js' },
      { name: 'export', value: 'name', title: 'manifest: name under which the module exports it' },
      { name: 'conformance', value: 'path', title: 'manifest: module that says how to exercise it' },
      json,
    ],
    examples: [
      'rollbook executor list',
      'rollbook executor test ./executors/shelf',
      'rollbook executor test ./executors/shelf --action shelf.put --system lab --json',
      'rollbook executor manifest ./executors/shelf',
    ],
    load: async () => (await import('./executor.ts')).executor,
  },
  {
    name: 'lsp',
    summary: 'Help editors with runbooks, over standard input and output',
    group: 'more',
    details:
      'Speaks the Language Server Protocol; an editor starts it. The folder that the editor opens counts as the current one. How to set editors up is described in docs/guides/set-up-an-editor.md.',
    arguments: [],
    options: [{ name: 'stdio', title: 'As always; editors like to say it' }],
    examples: ['rollbook lsp'],
    load: async () => (await import('./lsp.ts')).lsp,
  },
  {
    name: 'schema',
    summary: 'Print the JSON Schema of a kind of file, for editors that know only YAML',
    group: 'more',
    details:
      'Without a kind, lists the kinds. The schema holds titles, Markdown, snippets and examples; a comment "# yaml-language-server: $schema=FILE" in the first line of a file has editors use it. With --actions the schema of runbooks also knows every action and its arguments, those of the executors that rollbook.config.yaml names included.',
    arguments: [{ name: 'kind', title: 'A kind such as runbook or runbook/v1', required: false, complete: kindNames }],
    options: [{ name: 'actions', title: 'With the names and the arguments of all actions' }],
    examples: ['rollbook schema runbook', 'rollbook schema runbook --actions > runbook.schema.json'],
    load: async () => (await import('./schema.ts')).schema,
  },
  {
    name: 'completion',
    summary: 'Print a completion script for a shell: commands, options, files, runs, and names inside of files',
    group: 'more',
    details:
      'bash: add \'eval "$(rollbook completion bash)"\' to ~/.bashrc. zsh: the same in ~/.zshrc, after compinit. fish: write it to ~/.config/fish/completions/rollbook.fish.',
    arguments: [
      { name: 'shell', title: 'bash, zsh or fish', required: true, complete: ['bash', 'zsh', 'fish'] },
      { name: 'word', title: 'For the scripts: what only files can tell', required: false, many: true },
    ],
    options: [],
    examples: ['rollbook completion bash'],
    load: async () => (await import('./completion.ts')).completion,
  },
]
