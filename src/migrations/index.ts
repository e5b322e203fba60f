export { type Migrated, type MigrationChange, migrateText, migrations } from './migrate.ts'
export type { Migration, MigrationEdit } from './migration.ts'
