import { stringify } from 'yaml'
import type { Json } from '../../../base/json.ts'
import { type Action, type ActionContext, ActionFailure } from '../../../ports/executor.ts'
import { optionalText, textList } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { list, object, text } from '../../schema.ts'
import { controllerOf } from '../api.ts'
import type { Controller } from '../controller.ts'
import { cloudNumbers, cloudOf } from '../gateway.ts'
import { compareReleases, parseRelease, plainOf, seriesOf } from '../release.ts'
import { minute, system } from './arguments-schema.ts'

const prefix = 'UserConnect-'

export const releases: Action = {
  name: 'aviatrix.releases',
  title: 'Discover the catalog of releases',
  description:
    'Asks the controller for its releases and for the images that belong to them in the clouds where it has gateways, and makes a catalog of them, for `--catalog`. The controller tells three releases (current, previous, newest); of the hops between it names at best major and minor (`settings.fields.hop_list`), and else every minor between two is assumed, because none may be skipped. These stand without a build, which is no loss: no build can be chosen. Where a major ends nobody can assume: without the hops that fails as `not_ready` until `also` names its releases. The whole is kept as evidence, and written to `file` where one is named.',
  with: object({
    system,
    also: list('Also', 'Further releases to list.', text('Release', 'Such as `6.7.1376`, or a minor such as `6.7`.')),
    file: text('File', 'Where the catalog is written, too; a relative path starts at the folder of the runbook.'),
  }),
  outputs: object(
    {
      releases: list(
        'Releases',
        'As they stand in the catalog, oldest first.',
        text('Release', 'As the controller prints it.'),
      ),
      current: text('Current', 'What the controller runs, without the prefix.'),
      newest: text('Newest', 'The newest one published, without the prefix; empty when it does not tell.'),
      assumed: list(
        'Assumed',
        'Minors between two that are told: every one of a major has to be taken, so they stand without a build.',
        text('Release', 'As the controller would print it.'),
      ),
      file: text('File', 'Where it was written; empty where no file was named.'),
    },
    ['releases', 'current', 'newest', 'assumed', 'file'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 5000, worst_ms: 5 * minute },
  runs_on: 'both',
  example: { also: ['6.7.1376'], file: 'aviatrix.catalog.yaml' },
  describe: () => 'list_version_info and get_compatible_image_version, as a catalog',
  check: (args) =>
    (Array.isArray(args['also']) ? args['also'] : [])
      .filter((each) => typeof each === 'string' && !each.includes('${{') && parseRelease(each) === undefined)
      .map((each) => `\`also\`: "${String(each)}" is no release`),
  async perform(context, args) {
    const controller = await controllerOf(context, args)
    const info = await controller.versionInfo(context.signal, true)
    const told = [info.previous, info.current, info.latest, ...info.hops, ...textList(args, 'also')]
    const known = listedOf(told.filter((each) => each !== ''))
    const assumed = minorsBetween(known)
    const listed = listedOf([...known, ...assumed])
    const end = unknownEnd(known, [...info.hops, ...textList(args, 'also')], info.current)
    if (end !== undefined) {
      throw new ActionFailure('not_ready', `nobody tells which minor is the last one of ${end}`, {
        advice: `Name the releases of ${end} in \`also\`, from the notes of the vendor: a minor that is not listed would be skipped.`,
        notApplied: true,
      })
    }
    const content = {
      rollbook: 'catalog/v1',
      name: 'aviatrix',
      title: 'Releases of the Aviatrix platform, as the controller tells them',
      products: {
        platform: {
          title: 'Controller and gateways',
          scheme: 'train',
          skip: 'builds',
          choose: 'line',
          releases: listed.map((version) => ({ version })),
          ...(await imagesOf(context, controller, listed)),
        },
      },
    }
    const file = optionalText(args, 'file') ?? ''
    const written = stringify(content)
    await context.keepEvidence('catalog.yaml', 'application/yaml', written)
    if (file !== '') await context.ports.files.write(file, new TextEncoder().encode(written))
    const outputs: Readonly<Record<string, Json>> = {
      releases: listed,
      current: plainOf(info.current),
      newest: plainOf(info.latest),
      assumed,
      file,
    }
    const also = assumed.length === 0 ? '' : `, ${assumed.length} of them between two that are told`
    return { outputs, summary: `${listed.length} releases${also}`, changed: false }
  },
}

/** One form for all, oldest first. A minor whose build is known stands with its build only. */
function listedOf(told: readonly string[]): readonly string[] {
  const plain = [...new Set(told.map(plainOf))].filter((each) => parseRelease(each) !== undefined)
  const hasBuild = (each: string): boolean => parseRelease(each)?.build !== undefined
  return plain
    .filter((each) => hasBuild(each) || !plain.some((other) => hasBuild(other) && seriesOf(other) === seriesOf(each)))
    .toSorted((a, b) => compareReleases(a, b) ?? 0)
    .map((each) => `${prefix}${each}`)
}

/** Minors of one major between two that are listed, and from 0 on in a newer major. */
function minorsBetween(listed: readonly string[]): readonly string[] {
  const known = listed.map((each) => parseRelease(each)!)
  return known.flatMap((release, index) => {
    const before = known[index - 1]
    if (before === undefined) return []
    const from = before.major === release.major ? before.minor + 1 : 0
    return Array.from(
      { length: Math.max(0, release.minor - from) },
      (_, step) => `${prefix}${release.major}.${from + step}`,
    )
  })
}

/** A major on the way whose last minor neither the controller nor the caller has named; undefined: none. */
function unknownEnd(listed: readonly string[], named: readonly string[], current: string): number | undefined {
  const majors = [...new Set(listed.map((each) => parseRelease(each)!.major))]
  const running = parseRelease(current)?.major ?? 0
  return majors.find(
    (major, index) =>
      major >= running &&
      index < majors.length - 1 &&
      !named.some((each) => parseRelease(plainOf(each))?.major === major),
  )
}

/** What the controller says of each release with a build; one that it does not know is left out. */
async function imagesOf(
  context: ActionContext,
  controller: Controller,
  listed: readonly string[],
): Promise<{
  readonly images?: readonly {
    readonly name: string
    readonly platform: string
    readonly releases: readonly string[]
  }[]
}> {
  const gateways = await controller.gateways(controller.clock.now(), context.signal)
  const clouds = [...new Set(gateways.map(({ cloudType }) => cloudOf(cloudType)))].filter(
    (cloud) => cloud in cloudNumbers,
  )
  const images = new Map<string, { readonly name: string; readonly platform: string; readonly releases: string[] }>()
  for (const release of listed.filter((each) => parseRelease(each)?.build !== undefined)) {
    for (const platform of clouds) {
      const name = await imageOf(context, controller, release, cloudNumbers[platform]!)
      if (name === '') continue
      const entry = images.get(`${platform} ${name}`) ?? { name, platform, releases: [] }
      entry.releases.push(release)
      images.set(`${platform} ${name}`, entry)
    }
  }
  return images.size === 0 ? {} : { images: [...images.values()] }
}

async function imageOf(
  context: ActionContext,
  controller: Controller,
  release: string,
  cloudType: number,
): Promise<string> {
  try {
    return await controller.compatibleImage(plainOf(release), cloudType, context.signal)
  } catch (error) {
    if (error instanceof ActionFailure && error.class === 'refused') return ''
    throw error
  }
}
