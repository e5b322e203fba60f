import type { Json, JsonObject } from '../../src/base/json.ts'
import { byList, byMap, type Snippet, steps } from '../../src/service/snippet-table.ts'

/** A snippet as editors read it from a schema. */
export interface SchemaSnippet extends JsonObject {
  readonly label: string
  readonly description: string
  readonly body: Json
}

/** Snippets by the place in the schema, those of the language service first: one list for both. */
export function schemaSnippets(kind: string): Readonly<Record<string, readonly SchemaSnippet[]>> {
  const table = byKind[kind] ?? {}
  return Object.fromEntries(Object.entries(table).map(([place, list]) => [place, list.map(written)]))
}

function written({ label, detail, body }: Snippet): SchemaSnippet {
  return { label, description: detail, body }
}

/** Quoted, for what YAML would take for something else. */
const text = (hole: string): string => `"${hole}"`

const listOf = (name: string): readonly Snippet[] => byList[name] ?? []

function rolloutBody(): Json {
  const step = steps.find(({ label }) => label === 'rollout')
  return (step?.body as { readonly rollout?: Json } | undefined)?.rollout ?? null
}

const runbook: Readonly<Record<string, readonly Snippet[]>> = {
  '/': [
    {
      label: 'runbook',
      detail: 'A new runbook',
      body: {
        rollbook: 'runbook/v1',
        name: '${1:name}',
        title: '${2:Title}',
        version: '1.0.0',
        roles: { operator: { title: 'Operator' } },
        phases: [
          {
            id: 'prepare',
            kind: 'preparation',
            title: 'Preparation',
            steps: [{ id: '${3:id}', title: '${4:Title}', manual: '${5:What to do}' }],
          },
        ],
      },
    },
  ],
  '/properties/inputs': byMap['inputs'] ?? [],
  '/properties/roles': byMap['roles'] ?? [],
  '/properties/components': byMap['components'] ?? [],
  '/$defs/phase': listOf('phases'),
  '/$defs/step': listOf('steps'),
  '/$defs/window': listOf('windows'),
  '/$defs/freeze': listOf('freezes'),
  '/$defs/requirement': listOf('requirements'),
  '/$defs/acceptance_criterion': listOf('acceptance_criteria'),
  '/$defs/rule': listOf('rules'),
  '/$defs/input': [
    {
      label: 'version',
      detail: 'A version that is asked for',
      body: { type: 'version', title: '${1:Release to install}', required: true },
    },
    { label: 'secret', detail: 'A reference, never the value', body: { type: 'secret', from: { env: '${1:TOKEN}' } } },
    { label: 'text', detail: 'A line of text', body: { type: 'string', title: '${1:Title}', required: true } },
    {
      label: 'choice',
      detail: 'One of several words',
      body: { type: 'enum', title: '${1:Title}', options: ['${2:first}', '${3:second}'] },
    },
  ],
  '/$defs/secret_source': [
    { label: 'env', detail: 'From an environment variable', body: { env: '${1:NAME}' } },
    { label: 'file', detail: 'From a file that holds nothing else', body: { file: '${1:path}' } },
    { label: 'command', detail: 'From the output of a command', body: { command: ['${1:command}'] } },
  ],
  '/$defs/back_out': [
    { label: 'undo', detail: "The action's own inverse", body: 'undo' },
    { label: 'steps', detail: 'Steps that undo it', body: steps.slice(0, 1).map(({ body }) => body) },
  ],
  '/$defs/gate': [
    { label: 'go or no go', detail: 'People decide', body: { type: 'go_no_go', roles: ['${1:change_manager}'] } },
    {
      label: 'four eyes',
      detail: 'Somebody else than who started the run approves',
      body: { type: 'approval', roles: ['${1:change_manager}'], exclude_initiator: true, expires_after: '${2:3d}' },
    },
  ],
  '/$defs/rollout': [
    {
      label: 'canary and waves',
      detail: 'One first, then all others',
      body: rolloutBody(),
    },
  ],
  '/$defs/wave': [
    {
      label: 'wave',
      detail: 'Targets that a condition selects',
      body: { id: '${1:all_others}', select: text('${2:true}') },
    },
    {
      label: 'wave in batches',
      detail: 'A share at a time, with a pause after the wave',
      body: { id: '${1:first}', select: text('${2:true}'), batch_size: text('${3:25%}'), soak: '${4:1h}' },
    },
  ],
  '/$defs/canary': [{ label: 'canary', detail: 'The first few', body: { count: 1, soak: '${1:30m}' } }],
  '/$defs/retry': [
    { label: 'retry', detail: 'Try again after a pause', body: { max_attempts: 3, delay: '${1:30s}', backoff: 2 } },
  ],
}

const inventory: Readonly<Record<string, readonly Snippet[]>> = {
  '/': [
    {
      label: 'inventory',
      detail: 'A new inventory',
      body: {
        rollbook: 'inventory/v1',
        name: '${1:name}',
        targets: { '${2:node-1}': { kind: '${3:node}', address: '${4:192.0.2.10}' } },
      },
    },
  ],
  '/$defs/target': [
    { label: 'host', detail: 'Reached by SSH', body: { kind: '${1:node}', address: '${2:192.0.2.10}' } },
    {
      label: 'member of a pair',
      detail: 'One of two that must not be away together',
      body: { kind: '${1:socket}', site: '${2:site}', unit: '${2:site}', member: '${3:primary}' },
    },
  ],
  '/$defs/system': [
    {
      label: 'HTTPS API',
      detail: 'A controller or an account',
      body: { kind: '${1:controller}', address: 'https://${2:controller.example.com}' },
    },
  ],
}

const scenario: Readonly<Record<string, readonly Snippet[]>> = {
  '/': [
    {
      label: 'scenario',
      detail: 'A new scenario',
      body: {
        rollbook: 'scenario/v1',
        name: '${1:name}',
        title: '${2:Title}',
        faults: [{ id: '${3:fault}', kind: 'fail', step: '${4:step}', class: 'process' }],
      },
    },
  ],
  '/$defs/fault': [
    {
      label: 'fails',
      detail: 'A step fails',
      body: { id: '${1:fault}', kind: 'fail', step: '${2:step}', class: 'process' },
    },
    {
      label: 'hangs',
      detail: 'A step never ends by itself',
      body: { id: '${1:fault}', kind: 'hang', step: '${2:step}' },
    },
  ],
}

const catalog: Readonly<Record<string, readonly Snippet[]>> = {
  '/': [
    {
      label: 'catalog',
      detail: 'A new catalog',
      body: {
        rollbook: 'catalog/v1',
        name: '${1:name}',
        products: { '${2:product}': { title: '${3:Title}', releases: [{ version: text('${4:1.0.0}') }] } },
      },
    },
  ],
  '/$defs/release': [{ label: 'release', detail: 'A published version', body: { version: text('${1:1.0.0}') } }],
}

const byKind: Readonly<Record<string, Readonly<Record<string, readonly Snippet[]>>>> = {
  'runbook/v1': runbook,
  'inventory/v1': inventory,
  'scenario/v1': scenario,
  'catalog/v1': catalog,
}
