export type { InventoryCode } from './codes.ts'
export { type FilesBeside, filesBeside, isAnsibleYaml, loadInventory } from './load-inventory.ts'
export type {
  Inventory,
  InventoryFile,
  InventorySystem,
  InventoryTarget,
  LoadedInventory,
  SecretSource,
} from './model.ts'
