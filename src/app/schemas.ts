/** The kinds of file that have a schema, each loaded when it is asked for. */
export const schemas: Readonly<Record<string, () => Promise<unknown>>> = {
  'runbook/v1': async () => (await import('../../schemas/runbook.v1.schema.json', { with: { type: 'json' } })).default,
  'inventory/v1': async () =>
    (await import('../../schemas/inventory.v1.schema.json', { with: { type: 'json' } })).default,
  'scenario/v1': async () =>
    (await import('../../schemas/scenario.v1.schema.json', { with: { type: 'json' } })).default,
  'catalog/v1': async () => (await import('../../schemas/catalog.v1.schema.json', { with: { type: 'json' } })).default,
  'config/v1': async () => (await import('../../schemas/config.v1.schema.json', { with: { type: 'json' } })).default,
  'executor/v1': async () =>
    (await import('../../schemas/executor.v1.schema.json', { with: { type: 'json' } })).default,
}
