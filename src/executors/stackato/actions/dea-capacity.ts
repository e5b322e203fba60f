import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts'
import { type Action, type ActionContext, ActionFailure } from '../../../ports/executor.ts'
import { requiredText, sizeBytes } from '../../arguments.ts'
import { decode } from '../../command.ts'
import { callSchema, failureOfStatus, placeOfUrl, refuseBadHeaders, requestOf } from '../../http/call.ts'
import { parseJson } from '../../json-pointer.ts'
import { flag, list, object, size, text, whole } from '../../schema.ts'
import { minute, reads } from './capabilities.ts'

interface Dea {
  readonly address: string
  readonly allocatedMb: number
  readonly availableMb: number
}

const { url: _url, headers: _headers, ...callOptions } = callSchema

export const deaCapacity: Action = {
  name: 'stackato.dea_capacity',
  title: 'Check that any DEA can be retired',
  description:
    'During an upgrade each DEA is retired in turn and its applications move to the others. Asks the API of the cluster, as an administrator, for the memory of every DEA (`GET /v2/usage`), and checks for each that what is allocated on it fits into what the others have left. It cannot see how single instances fit, so leave some spare. The API answers only outside maintenance mode. The failure is of class `not_ready`: add at least one DEA first.',
  with: object(
    {
      api: text('API', 'Base address of the API of the cluster.', { examples: ['https://api.stackato.example.com'] }),
      token: {
        title: 'Token',
        description: 'Token of an administrator; a secret input. It goes out in a header.',
        'x-secret': true,
      },
      spare: size('Spare', 'Memory that has to be left over on the other DEAs in any case.', { default: '0MB' }),
      ...callOptions,
    },
    ['api', 'token'],
  ),
  outputs: object(
    {
      deas: list(
        'DEAs',
        'Memory of each DEA in megabytes.',
        object(
          {
            address: text('Address', 'Address of the DEA.'),
            allocated_mb: whole('Allocated', 'Memory of the applications on it.'),
            available_mb: whole('Available', 'Memory that it has left for applications.'),
          },
          ['address', 'allocated_mb', 'available_mb'],
        ),
      ),
      least_left_mb: {
        type: 'integer',
        title: 'Least left',
        description: 'What is left on the others after the worst retirement, megabytes; negative when it does not fit.',
      },
      enough: flag('Enough', 'True when any DEA can be retired.'),
    },
    ['deas', 'least_left_mb', 'enough'],
  ),
  capabilities: reads,
  duration: { expected_ms: 2000, worst_ms: minute },
  runs_on: 'both',
  example: { api: 'https://api.stackato.example.com', token: { $secret: 'api_token' }, spare: '512MB' },
  describe: (args) => `GET ${placeOfUrl(usageUrl(args))}`,
  perform: async (context, args) => {
    const deas = await askUsage(context, args)
    const spareMb = Math.ceil((sizeBytes(args, 'spare') ?? 0) / 1024 ** 2)
    const worst = worstRetirement(deas)
    const enough = deas.length > 1 && worst.leftMb >= spareMb
    const outputs = {
      deas: deas.map((dea) => ({
        address: dea.address,
        allocated_mb: dea.allocatedMb,
        available_mb: dea.availableMb,
      })) as Json,
      least_left_mb: worst.leftMb,
      enough,
    }
    if (!enough) {
      const why =
        deas.length < 2
          ? 'there is no second DEA that could take the applications'
          : `the applications of ${worst.dea?.address} would leave ${worst.leftMb} MB on the others, ${spareMb} MB are wanted`
      throw new ActionFailure('not_ready', why, {
        advice: 'Add at least one DEA first; the licence may be exceeded during the upgrade.',
        outputs,
      })
    }
    return { outputs, summary: `${deas.length} DEAs, at least ${worst.leftMb} MB left over`, changed: false }
  },
}

function usageUrl(args: JsonObject): string {
  return `${requiredText(args, 'api').replace(/\/+$/, '')}/v2/usage`
}

async function askUsage(context: ActionContext, args: JsonObject): Promise<readonly Dea[]> {
  const given = args['token']
  const token = await context.reveal(given as Parameters<ActionContext['reveal']>[0])
  refuseBadHeaders({ authorization: token })
  const { url, ...rest } = await requestOf(context, { ...args, url: usageUrl(args) }, { method: 'GET' })
  const response = await context.ports.http.request({ ...rest, url, headers: { authorization: `bearer ${token}` } })
  if (response.status !== 200) throw failureOfStatus(response, placeOfUrl(url), {})
  const deas = readDeas(parseJson(decode(response.body))?.value)
  if (deas === undefined) {
    throw new ActionFailure('process', `${placeOfUrl(url)} tells nothing about single DEAs`, {
      advice: 'Older releases answer with sums only. Compare used and assigned memory in the console instead.',
    })
  }
  return deas
}

/** One entry per DEA with `dea_ip`, `total_allocated` and `total_available`, megabytes. */
function readDeas(answer: Json | undefined): readonly Dea[] | undefined {
  const listed = isJsonObject(answer) ? answer['deas'] : undefined
  if (!Array.isArray(listed)) return undefined
  const deas = listed.filter(isJsonObject).map((dea) => ({
    address: String(dea['dea_ip'] ?? dea['dea_id'] ?? ''),
    allocatedMb: Math.round(Number(dea['total_allocated'])),
    availableMb: Math.round(Number(dea['total_available'])),
  }))
  const isRead = deas.every((dea) => Number.isFinite(dea.allocatedMb) && Number.isFinite(dea.availableMb))
  return isRead ? deas : undefined
}

/** The DEA whose retirement leaves the least on the others. */
function worstRetirement(deas: readonly Dea[]): { readonly dea: Dea | undefined; readonly leftMb: number } {
  const availableMb = deas.reduce((sum, dea) => sum + dea.availableMb, 0)
  const left = deas.map((dea) => ({ dea, leftMb: availableMb - dea.availableMb - dea.allocatedMb }))
  return left.toSorted((one, other) => one.leftMb - other.leftMb)[0] ?? { dea: undefined, leftMb: 0 }
}
