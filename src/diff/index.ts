export { compareFiles, sortOut } from './compare-files.ts'
export { comparePlans } from './compare-plans.ts'
export { type Area, areas, type Comparison, type Difference } from './model.ts'
export { type Move, movesBetween } from './moved.ts'
