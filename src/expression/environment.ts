import { Environment, type EnvironmentOptions } from '@marcbachmann/cel-js'
import { Durations, expressionFunctions, milliseconds, replacedFunctions, Sizes } from './functions.ts'
import { expressionLimits } from './limits.ts'
import { matchPattern } from './pattern.ts'
import { SecretValue } from './value.ts'
import { registerVersionMembers } from './version-member.ts'
import { Versions } from './versions-receiver.ts'

const options: EnvironmentOptions = {
  homogeneousAggregateLiterals: false,
  limits: {
    maxAstNodes: expressionLimits.nodesMax,
    maxDepth: expressionLimits.depthMax,
    maxListElements: expressionLimits.literalElementsMax,
    maxMapEntries: expressionLimits.literalElementsMax,
    maxCallArguments: expressionLimits.argumentsMax,
  },
}

/** Lets whole numbers and fractions meet: JSON does not tell `2` from `2.0`, so neither may the language. */
function registerMixedArithmetic(environment: Environment): void {
  const operations = {
    '+': (a: number, b: number) => a + b,
    '-': (a: number, b: number) => a - b,
    '*': (a: number, b: number) => a * b,
    '/': (a: number, b: number) => a / b,
  }
  for (const [operator, compute] of Object.entries(operations)) {
    const handler = (a: bigint | number, b: bigint | number): number => compute(Number(a), Number(b))
    environment.registerOperator(`int ${operator} double: double`, handler)
    environment.registerOperator(`double ${operator} int: double`, handler)
  }
}

/** CEL with the language's own functions; without variables. */
export const baseEnvironment: Environment = makeBase()

function makeBase(): Environment {
  const environment = new Environment(options)
  const makeDuration = new Environment().registerVariable('text', 'string').parse('duration(text)')
  environment
    .registerType('Versions', Versions)
    .registerType('Sizes', Sizes)
    .registerType('Durations', Durations)
    .registerType('Secret', SecretValue)
    .registerVariable('versions', 'Versions')
    .registerConstant('sizes', 'Sizes', new Sizes())
    .registerConstant('durations', 'Durations', new Durations())
  for (const { signature, handler, description } of expressionFunctions) {
    environment.registerFunction(signature, {
      handler: handler as (...values: unknown[]) => unknown,
      description,
      async: false,
    })
  }
  environment
    .registerFunction(`${replacedFunctions['duration']}(string): google.protobuf.Duration`, {
      handler: (text: string): unknown => makeDuration({ text: `${milliseconds(text)}ms` }),
      async: false,
    })
    .registerFunction(`string.${replacedFunctions['matches']}(string): bool`, {
      handler: (text: string, pattern: string): boolean => matchPattern(pattern, text),
      async: false,
    })
  registerVersionMembers(environment)
  registerMixedArithmetic(environment)
  return environment
}
