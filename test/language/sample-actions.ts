import type { ActionInfo } from '../../src/language/environment.ts'
import type { JsonSchema } from '../../src/ports/executor.ts'

const words: JsonSchema = {
  type: 'array',
  minItems: 1,
  items: { type: 'string' },
  title: 'Command',
  description: 'Command and arguments.',
}
const secrets: JsonSchema = {
  type: 'object',
  title: 'Environment',
  description: 'Environment variables.',
  additionalProperties: { type: 'string', 'x-secret': true },
}

function action(
  name: string,
  properties: JsonSchema,
  more: Partial<ActionInfo> & { readonly required?: readonly string[] } = {},
): ActionInfo {
  const { required = [], ...rest } = more
  return {
    name,
    title: name,
    description: name,
    with: { type: 'object', required, additionalProperties: false, properties },
    outputs: { type: 'object', properties: {} },
    capabilities: {
      effect: 'none',
      idempotent: true,
      probe: false,
      dry_run: false,
      reversible: false,
      resumable: false,
    },
    duration: { expected_ms: 1000, worst_ms: 5000 },
    runs_on: 'both',
    example: {},
    ...rest,
  }
}

const changing = {
  effect: 'change',
  idempotent: false,
  probe: false,
  dry_run: false,
  reversible: false,
  resumable: false,
} as const

/** A few actions in the shape of the real ones, so that tests of the language do not change with executors. */
export const sampleActions: readonly ActionInfo[] = [
  action('check.command', { command: words, env: secrets }, { required: ['command'], runs_on: 'target' }),
  action(
    'check.disk',
    {
      path: { type: 'string', title: 'Path', description: 'Mount point to look at.' },
      free: {
        type: 'string',
        'x-kind': 'size',
        pattern: '^\\d+(?:\\.\\d+)?\\s?[kMGT]?i?B$',
        title: 'Free',
        description: 'Least free space.',
      },
      severity: {
        type: 'string',
        enum: ['error', 'warning'],
        title: 'Severity',
        description: 'What a shortage means.',
      },
    },
    {
      required: ['free'],
      runs_on: 'target',
      outputs: {
        type: 'object',
        additionalProperties: false,
        required: ['free_bytes'],
        properties: { free_bytes: { type: 'integer', title: 'Free', description: 'Free bytes.' } },
      },
    },
  ),
  action(
    'check.file',
    { path: { type: 'string', title: 'Path', description: 'Absolute path.' } },
    {
      required: ['path'],
      runs_on: 'target',
      check: (args) => (String(args['path']).startsWith('/') ? [] : ['"path" must be absolute']),
    },
  ),
  action(
    'ssh.run',
    { command: words, env: secrets, timeout: { type: 'string', title: 'Timeout', description: 'Longest time.' } },
    {
      required: ['command'],
      runs_on: 'target',
      capabilities: changing,
    },
  ),
  action(
    'http.request',
    {
      url: { type: 'string', title: 'URL', description: 'Address.' },
      method: { type: 'string', enum: ['GET', 'POST'], title: 'Method', description: 'Method.' },
      headers: { ...secrets, title: 'Headers', description: 'Headers.' },
      expect: {
        type: 'object',
        title: 'Expect',
        description: 'What counts as good.',
        additionalProperties: false,
        properties: { status: { type: 'integer', title: 'Status', description: 'Status code.' } },
      },
    },
    { required: ['url'] },
  ),
  action('notify.webhook', { url: { type: 'string', title: 'URL', description: 'Address.' } }, { runs_on: 'control' }),
  action(
    'stackato.maintenance_mode',
    { enabled: { type: 'boolean', title: 'Enabled', description: 'On or off.' } },
    {
      required: ['enabled'],
      runs_on: 'target',
      capabilities: { ...changing, reversible: true },
    },
  ),
]
