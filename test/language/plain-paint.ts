import type { Paint } from '../../src/language/render-pretty.ts'

const same = (text: string): string => text

/** No colours. */
export const plainPaint: Paint = { bold: same, dim: same, red: same, yellow: same, cyan: same, blue: same }
