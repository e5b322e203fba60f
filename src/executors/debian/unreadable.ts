import { type ActionContext, ActionFailure } from '../../ports/executor.ts'

/**
 * For an answer that is none of those which the tool gives: nothing is concluded from it, neither that all is well nor that
 * something is missing.
 *
 * @param who - the tool, as people type it
 */
export function unreadable(context: ActionContext, who: string): ActionFailure {
  return new ActionFailure('process', `what ${who} says on ${context.target?.name ?? 'the target'} cannot be read`, {
    advice: 'Is this a Debian host?',
  })
}
