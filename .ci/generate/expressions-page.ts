import { expressionFunctions } from '../../src/expression/functions.ts'
import { rolloutUnitType } from '../../src/expression/rollout-unit.ts'
import { scopePlaces, scopes } from '../../src/expression/scopes.ts'
import { targetType } from '../../src/expression/target-type.ts'
import { describeType } from '../../src/expression/types.ts'

/** The reference page of expressions: variables by place, and functions. */
export function expressionsPage(): string {
  const places = scopePlaces.map((place) => `\`${place}\``).join(' ')
  const variables = scopes.map(
    (row) =>
      `| \`${row.name}\` | ${cell(row.type)} | ${cell(row.description)} | ${row.places.length === scopePlaces.length ? 'everywhere' : row.places.map((place) => `\`${place}\``).join(' ')} |`,
  )
  const members = Object.entries(targetType.fields).map(
    ([name, field]) => `| \`target.${name}\` | ${describeType(field.type)} | ${cell(field.description ?? '')} |`,
  )
  const unit = Object.entries(rolloutUnitType(targetType, {}).fields).map(
    ([name, field]) => `| \`unit.${name}\` | ${describeType(field.type)} | ${cell(field.description ?? '')} |`,
  )
  const functions = expressionFunctions.map(
    ({ name, description, example }) => `| \`${cell(name)}\` | ${cell(description)} | \`${cell(example)}\` |`,
  )
  return `<!-- Generated from the tables of variables and functions by "npm run generate". Do not edit. -->

# Expressions: reference

Expressions are [CEL](https://cel.dev): \`target.kind == "node" && inputs.count > 3\`. Keys such as \`when\` and \`select\` hold nothing but an
expression. Inside text an expression stands in \`\${{ … }}\`; one that is the whole value keeps its type.

## Variables

Which variables exist depends on the place: ${places}. \`select\` chooses targets; \`plan\` is resolved when the plan is made; \`step\` when
a step is reached; \`result\` after its action has ended; \`criterion\` and \`rule\` judge. Inside a rollout, \`wave\` chooses targets for
waves and the canary, \`start\` is looked at when a target would begin (\`skip_when\`), and \`retry\` when an attempt has failed.

| variable | type | meaning | where |
| --- | --- | --- | --- |
${variables.join('\n')}

Variables of \`for_each\` exist inside their group, under their own names.

## Members of a target

| member | type | meaning |
| --- | --- | --- |
${members.join('\n')}

## Members of a unit

While the plan is made there are \`name\`, \`size\` and \`members\`; the rest exists while the rollout is under way.

| member | type | meaning |
| --- | --- | --- |
${unit.join('\n')}

## Functions

Besides those of CEL itself:

| function | meaning | example |
| --- | --- | --- |
${functions.join('\n')}
`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
