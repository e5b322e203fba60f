import { isJsonObject, type JsonObject } from '../../../base/json.ts'
import { type ActionContext, ActionFailure } from '../../../ports/executor.ts'
import { nodeVersion } from '../actions/version.ts'
import { askKato, runKato } from '../kato.ts'
import { readNodeList, readVersion } from '../kato-text.ts'

/** Releases before the call: of this node, and of every node of the scope as JSON text. */
export interface Before {
  readonly from: string
  readonly nodes: string
}

/** Nobody looked before. */
export const unseen: Before = { from: '', nodes: '' }

/** A broken kato is told later, with its own advice, by the upgrade itself. */
export async function releasesBefore(context: ActionContext, args: JsonObject): Promise<Before> {
  try {
    const from = await nodeVersion(context)
    return { from, nodes: JSON.stringify(await releasesOf(context, args, from)) }
  } catch (error) {
    if (error instanceof ActionFailure && error.class === 'process') return unseen
    throw error
  }
}

/** Releases of this node or, with `scope: cluster`, of all nodes. */
export async function releasesOf(context: ActionContext, args: JsonObject, own: string): Promise<NodeRelease[]> {
  if (args['scope'] === 'cluster') return clusterReleases(context)
  return [{ address: context.target?.address ?? context.target?.name ?? '', version: own }]
}

export type NodeRelease = { address: string; version: string }

/** A node that does not answer has no release to show; that is a fact for the caller and no failure of this look. */
async function clusterReleases(context: ActionContext): Promise<NodeRelease[]> {
  const listed = readNodeList((await runKato(context, ['node', 'list'])).stdout)
  const found: NodeRelease[] = []
  for (const { address } of listed) {
    const answer = await askKato(context, ['node', 'version', address])
    found.push({ address, version: answer.exitCode === 0 ? (readVersion(answer.stdout) ?? '') : '' })
  }
  return found
}

/** Nodes that are not on the wanted release, as `address version`. */
export function behindOf(args: JsonObject, outputs: JsonObject): readonly string[] {
  const nodes = Array.isArray(outputs['nodes']) ? outputs['nodes'].filter(isJsonObject) : []
  return nodes
    .filter((node) => node['version'] !== args['to'])
    .map((node) => `${String(node['address'])} ${String(node['version']) || 'without an answer'}`)
}
