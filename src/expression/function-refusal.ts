/** A refusal inside a function of the language; the evaluator adds the place. */
export class FunctionRefusal extends Error {}
