/** Commands of a shell that an action does better: it is checked, explained, probed, and says what it found. */
import type { JsonObject } from '../base/json.ts'
import { type StepSite, textIn } from '../language/outline.ts'
import type { CodeChange } from './code-actions.ts'
import { endOf } from './tree-edits.ts'
import type { ReadDocument, Workspace } from './workspace.ts'

interface Rule {
  readonly action: string
  /** @returns undefined when the words mean something else */
  arguments(words: readonly string[]): JsonObject | undefined
}

/** Options of curl that change nothing about what is asked. */
const quiet = /^-[sSfL]+$|^--(?:silent|show-error|fail|location)$/

const rules: Readonly<Record<string, Rule>> = {
  sleep: {
    action: 'wait.for',
    arguments: ([time = '', ...rest]) =>
      rest.length === 0 && /^\d+[smhd]?$/.test(time) ? { duration: /\d$/.test(time) ? `${time}s` : time } : undefined,
  },
  curl: {
    action: 'check.http',
    arguments: (words) => {
      const [url = '', ...rest] = words.filter((word) => !quiet.test(word))
      return rest.length === 0 && /^https?:\/\//.test(url) ? { url } : undefined
    },
  },
  nc: {
    action: 'check.tcp',
    arguments: ([option, host = '', port = '', ...rest]) =>
      option === '-z' && rest.length === 0 && /^\d+$/.test(port) ? { host, port: Number(port) } : undefined,
  },
  test: {
    action: 'check.file',
    arguments: ([option, path = '', ...rest]) =>
      option === '-e' && rest.length === 0 && path.startsWith('/') ? { path } : undefined,
  },
  df: {
    action: 'check.disk',
    arguments: (words) => {
      const [path = '', ...rest] = words.filter((word) => word !== '-h')
      return rest.length === 0 && path.startsWith('/') ? { path } : undefined
    },
  },
  dig: {
    action: 'check.dns',
    arguments: ([name = '', ...rest]) => (isName(name) && rest.length === 0 ? { name } : undefined),
  },
  nslookup: {
    action: 'check.dns',
    arguments: ([name = '', ...rest]) => (isName(name) && rest.length === 0 ? { name } : undefined),
  },
  systemctl: {
    action: 'debian.service_restart',
    arguments: ([verb, service = '', ...rest]) =>
      verb === 'restart' && rest.length === 0 && /^[\w@.-]+$/.test(service) ? { service } : undefined,
  },
  'apt-get': {
    action: 'debian.update_lists',
    arguments: (words) => (words.join(' ') === 'update' ? {} : undefined),
  },
  'apt-mark': {
    action: 'debian.hold',
    arguments: ([verb, ...packages]) => (verb === 'hold' && packages.length > 0 ? { packages } : undefined),
  },
}

function isName(text: string): boolean {
  return /^[A-Za-z0-9.-]+$/.test(text)
}

/** Arguments of a command that the action does not need. */
const dispensable: ReadonlySet<string> = new Set(['command', 'script', 'shell', 'sudo', 'timeout', 'expect_exit'])

export function shellToAction(
  { source }: ReadDocument,
  step: StepSite,
  actions: Workspace['settings']['actions'],
): readonly CodeChange[] {
  const called = textIn(step.node, 'action')
  const given = step.node.byKey.get('with')
  if (!called || given?.node.kind !== 'map' || !/^(?:ssh|local)\.run$/.test(called.text)) return []
  if (given.node.entries.some(({ key }) => !dispensable.has(key.text))) return []
  const [program = '', ...words] = wordsOf(given.node.value)
  const rule = Object.hasOwn(rules, program) ? rules[program] : undefined
  const args = rule?.arguments(words)
  const action = actions.find(({ name }) => name === rule?.action)
  const onTargets = step.node.byKey.has('on') && textIn(step.node, 'on')?.text !== 'control'
  if (!rule || !args || !action || (action.runs_on === 'target' && !onTargets)) return []
  const entries = Object.entries(args).map(([key, value]) => `${key}: ${written(value)}`)
  const end = endOf(source, given.node)
  const edits = [
    { range: called.node.range, text: rule.action },
    { range: { start: given.key.range.end, end }, text: `: {${entries.join(', ')}}` },
  ]
  return [{ title: `Use the action ${rule.action}`, kind: 'refactor', safe: false, edits }]
}

/** Words of a list, or of a script of one line that needs no shell. */
function wordsOf({ command, script }: JsonObject): readonly string[] {
  const listed = Array.isArray(command) ? command.map(String) : []
  const line = typeof script === 'string' ? script.trim() : ''
  const words = listed.length > 0 || /[|&;<>$`*?()'"\\\n]/.test(line) ? listed : line.split(/\s+/)
  if (words.some((word) => word.includes('${{'))) return []
  return words[0] === 'sudo' ? words.slice(1) : words
}

function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`
  return typeof value === 'string' && /^[A-Za-z0-9/][\w./-]*$/.test(value) && !/^\d+$/.test(value)
    ? value
    : JSON.stringify(value)
}
