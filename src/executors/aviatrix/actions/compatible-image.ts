import type { JsonObject } from '../../../base/json.ts'
import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { optionalText } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { choice, object, text } from '../../schema.ts'
import { shown } from '../../wording.ts'
import { controllerOf, gatewayOf } from '../api.ts'
import { cloudNumbers } from '../gateway.ts'
import { plainOf } from '../release.ts'
import { minute, system } from './arguments-schema.ts'

export const compatibleImage: Action = {
  name: 'aviatrix.compatible_image',
  title: 'Look up the image that belongs to a release',
  description:
    'Asks the controller for the image of gateways that belongs to a release, in the cloud of the target or in the one that is named.',
  with: object({
    system,
    version: text('Version', 'Default: the release that the controller runs.'),
    cloud: choice('Cloud', 'Default: the one of the target.', Object.keys(cloudNumbers)),
  }),
  outputs: object(
    { version: text('Version', 'The release that was asked about.'), image: text('Image', 'Its image.') },
    ['version', 'image'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 1000, worst_ms: minute },
  runs_on: 'both',
  example: { version: '6.6.123', cloud: 'aws' },
  describe: (args) => `get_compatible_image_version of ${shown(args['version']) || 'the controller’s release'}`,
  async perform(context, args) {
    const controller = await controllerOf(context, args)
    const named = optionalText(args, 'version')
    const version = plainOf(named ?? (await controller.versionInfo(context.signal)).current)
    const cloud = optionalText(args, 'cloud')
    const cloudType = cloud === undefined ? await targetCloud(context, args) : cloudNumbers[cloud]
    if (cloudType === undefined) {
      throw new ActionFailure('process', 'no cloud is known', {
        advice: 'Give `cloud`, or the step a target.',
        notApplied: true,
      })
    }
    const image = await controller.compatibleImage(version, cloudType, context.signal)
    return { outputs: { version, image }, summary: `${version} belongs with ${image}`, changed: false }
  },
}

async function targetCloud(context: Parameters<Action['perform']>[0], args: JsonObject): Promise<number | undefined> {
  if (context.target === undefined) return undefined
  const controller = await controllerOf(context, args)
  return (await gatewayOf(context, controller, 0)).gateway.cloudType
}
