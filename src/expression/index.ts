export {
  checkExpression,
  checkTemplate,
  checkTemplates,
  type ExpectedType,
  type ExpressionFinding,
} from './check.ts'
export type { EvaluationContext, TargetLike } from './context.ts'
export { targetValue } from './context.ts'
export { evaluateCondition, evaluateExpression, variablesOf } from './evaluate.ts'
export { type ExpressionCode, ExpressionError, type OffsetRange } from './expression-error.ts'
export { suggestedFunctions } from './function-names.ts'
export { type ExpressionFunction, expressionFunctions } from './functions.ts'
export { expressionLimits } from './limits.ts'
export { resolveKnown, resolveTemplate, templateVariables } from './resolve-template.ts'
export {
  type DeclaredInput,
  type ExpressionScope,
  makeScope,
  type ScopeFacts,
  type ScopePlace,
  type ScopeRow,
  type ScopeVariable,
  scopePlaces,
  scopes,
} from './scopes.ts'
export { type ShownValue, shownValues } from './shown-values.ts'
export { targetType } from './target-type.ts'
export {
  hasExpression,
  printTemplate,
  type SplitTemplate,
  splitTemplate,
  type TemplateFinding,
  type TemplatePart,
} from './template.ts'
export { describeType, type ExpressionType, type ObjectType, typeOfInput, typeOfSchema } from './types.ts'
export { lazyMap } from './value.ts'
export { compareVersions, isVersion, type VersionScheme, versionPart, versionSchemes } from './version.ts'
