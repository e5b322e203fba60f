export type { EvaluationContext, TargetLike } from './context.ts'
export { targetValue } from './context.ts'
export { evaluateCondition, evaluateExpression, variablesOf } from './evaluate.ts'
export { type ExpressionCode, ExpressionError, type OffsetRange } from './expression-error.ts'
export { type ExpressionFunction, expressionFunctions } from './functions.ts'
export { expressionLimits } from './limits.ts'
export { resolveKnown, resolveTemplate, templateVariables } from './resolve-template.ts'
export {
  hasExpression,
  printTemplate,
  type SplitTemplate,
  splitTemplate,
  type TemplateFinding,
  type TemplatePart,
} from './template.ts'
export { compareVersions, isVersion, type VersionScheme, versionPart, versionSchemes } from './version.ts'
