import { UsageError } from '../base/error.ts'
import { nearestName } from '../base/nearest.ts'

/** What belongs together in the list of `rollbook explain`. */
export interface ExplainedArea {
  readonly title: string
  readonly topics: readonly { readonly name: string; readonly title: string }[]
}

/**
 * Everything that {@link explain} knows, by area: codes of findings and errors, and actions.
 *
 * @param folder - where the configuration is looked for
 */
export async function explainedAreas(folder: string): Promise<readonly ExplainedArea[]> {
  const [{ findingAreas }, { errorAreas }, { actionInfosOf, executorsOf }] = await Promise.all([
    import('./finding-areas.ts'),
    import('./error-catalogue/catalogue.ts'),
    import('./plugins/actions-in-use.ts'),
  ])
  const actions = actionInfosOf(executorsOf(folder))
  const codes = [...findingAreas, ...errorAreas].map(({ title, entries }) => ({
    title,
    topics: Object.entries(entries).map(([name, entry]) => ({ name, title: entry.title })),
  }))
  return [...codes, { title: 'Actions', topics: actions.map(({ name, title }) => ({ name, title })) }]
}

/**
 * Explains a code or an action, as Markdown. Loads only the catalogue in which the topic stands.
 *
 * @throws UsageError `TOPIC_UNKNOWN` when there is neither
 */
export async function explain(topic: string, folder: string): Promise<string> {
  const code = topic.toUpperCase()
  const { explainError } = await import('./error-catalogue/explain-error.ts')
  const error = explainError(code)
  if (error !== undefined) return error
  const { explainCode } = await import('../language/explain.ts')
  const finding = explainCode(code)
  if (finding !== undefined) return finding
  const { explainAction } = await import('./explain-action.ts')
  const action = explainAction(topic)
  if (action !== undefined) return action
  const { actionInfosOf, executorsOf } = await import('./plugins/actions-in-use.ts')
  const other = explainAction(topic, executorsOf(folder).infos)
  if (other !== undefined) return other
  const ofExecutor = actionInfosOf(executorsOf(folder)).filter(({ name }) => name.startsWith(`${topic}.`))
  if (ofExecutor.length > 0) {
    throw new UsageError('TOPIC_UNKNOWN', `"${topic}" is an executor; what can be explained are its actions`, {
      hint: `They are ${ofExecutor.map(({ name }) => name).join(', ')}.`,
    })
  }
  const known = (await explainedAreas(folder)).flatMap(({ topics }) => topics.map(({ name }) => name))
  const near = nearestName(code, known) ?? nearestName(topic, known)
  const hint = near === undefined ? 'Codes stand in brackets behind every message.' : `Did you mean "${near}"?`
  throw new UsageError('TOPIC_UNKNOWN', `there is no code and no action "${topic}"`, { hint })
}
