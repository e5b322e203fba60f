export type { InventoryCode } from './codes.ts'
export { type FilesBeside, filesBeside, loadInventory } from './load-inventory.ts'
export type {
  Inventory,
  InventoryFile,
  InventorySystem,
  InventoryTarget,
  LoadedInventory,
  SecretSource,
} from './model.ts'
