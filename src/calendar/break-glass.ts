import type { BreakGlass, CalendarDefinition } from './model.ts'

/**
 * Overrides windows and freezes from now until the override expires. Call it once per override and keep the result.
 *
 * @returns a new definition; the given one keeps its answers
 */
export function withBreakGlass(definition: CalendarDefinition, breakGlass: BreakGlass): CalendarDefinition {
  return { ...definition, breakGlass: [...definition.breakGlass, breakGlass] }
}

/** @returns the override in force at an instant that expires last, if any */
export function breakGlassAt(definition: CalendarDefinition, at: number): BreakGlass | undefined {
  return definition.breakGlass
    .filter((each) => each.at <= at && at < each.at + each.expiresAfterMs)
    .reduce<BreakGlass | undefined>(
      (a, b) => (a !== undefined && a.at + a.expiresAfterMs >= b.at + b.expiresAfterMs ? a : b),
      undefined,
    )
}
