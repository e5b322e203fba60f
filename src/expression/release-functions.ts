/** Functions that ask the catalog of releases. */
import {
  CatalogRefusal,
  checksumOf,
  findRelease,
  hopRefusal,
  imageFor,
  lineOf,
  lineText,
  newestOf,
  order,
  type Product,
  productOf,
  readLineReference,
  releasePath,
  releasesOf,
  rollbackRefusal,
} from '../catalog/index.ts'
import { FunctionRefusal } from './function-refusal.ts'
import type { ExpressionFunction } from './functions.ts'
import { versionPart } from './version.ts'
import type { Versions } from './versions-receiver.ts'

function ask<Value>(versions: Versions, product: string | undefined, answer: (product: Product) => Value): Value {
  try {
    return answer(productOf(versions.catalog, product))
  } catch (error) {
    if (!(error instanceof CatalogRefusal)) throw error
    throw new FunctionRefusal(error.message, error.hint)
  }
}

function newest(product: Product, text: string): string {
  const releases = releasesOf(product)
  const reference = readLineReference(text)
  const found = text === '' ? releases.available.at(-1) : reference && newestOf(releases, reference)
  if (found) return found.version
  throw new CatalogRefusal(text === '' ? 'no release is available' : `no release of "${text}" was published`)
}

function lineOfText(text: string): string {
  if (versionPart(text, 0) === undefined) throw new FunctionRefusal(`"${text}" is no version`)
  return lineText(lineOf(text))
}

/** A function with, as its last argument, the product: needed when the catalog has several. */
function withProduct(
  row: Omit<ExpressionFunction, 'handler' | 'signature'> & {
    readonly call: string
    /** How many texts it takes, and what it gives. */
    readonly texts: 1 | 2
    readonly gives: string
    readonly answer: (product: Product, a: string, b: string) => unknown
  },
): readonly ExpressionFunction[] {
  const { answer, call, texts, gives, ...common } = row
  const own = Array.from({ length: texts }, () => 'string').join(', ')
  const plain: ExpressionFunction = {
    ...common,
    signature: `Versions.${call}(${own}): ${gives}`,
    handler: (versions: Versions, ...words: string[]) =>
      ask(versions, undefined, (product) => answer(product, words[0] ?? '', words[1] ?? '')),
  }
  const named: ExpressionFunction = {
    name: common.name.replace(/\)$/, ', product)'),
    description: `The same for one product of a catalog that has several.`,
    example: common.example.replace(/\)(?=[^)]*$)/, ', "platform")'),
    signature: `Versions.${call}(${own}, string): ${gives}`,
    handler: (versions: Versions, ...words: string[]) =>
      ask(versions, words[texts], (product) => answer(product, words[0] ?? '', words[1] ?? '')),
  }
  return [plain, named]
}

export const releaseFunctions: readonly ExpressionFunction[] = [
  ...withProduct({
    name: 'versions.path(from, to)',
    call: 'path',
    texts: 2,
    gives: 'list<string>',
    description:
      'The releases to take one after another, from the catalog, without the first: the newest build of each minor, as the product prints it. Minors and majors are skipped only where the catalog allows it; there is no going back. `to` is a release, a minor such as `6.6`, or empty for the newest build of the running minor. Known while planning when its arguments are.',
    example: 'versions.path(controller.version, inputs.release)',
    answer: (product, from, to) => releasePath(product, from, to),
  }),
  ...withProduct({
    name: 'versions.newest(line)',
    call: 'newest',
    texts: 1,
    gives: 'string',
    description: 'Newest published release of a minor such as "6.5" or a major such as "18"; of all when it is empty.',
    example: 'versions.newest("6.5")',
    answer: (product, text) => newest(product, text),
  }),
  ...withProduct({
    name: 'versions.published(version)',
    call: 'published',
    texts: 1,
    gives: 'bool',
    description: 'Says whether the catalog has a release, and it was not withdrawn.',
    example: 'versions.published(inputs.release)',
    answer: (product, version) => findRelease(releasesOf(product), version) !== undefined,
  }),
  ...withProduct({
    name: 'versions.hop_allowed(from, to)',
    call: 'hop_allowed',
    texts: 2,
    gives: 'bool',
    description:
      'Says whether one hop leads from a version to a newer release: nothing is skipped that may not be. To stay where one is counts as allowed.',
    example: 'versions.hop_allowed(target.version, change.to)',
    answer: (product, from, to) =>
      order(releasesOf(product), from, to) === 0 || hopRefusal(product, from, to) === undefined,
  }),
  ...withProduct({
    name: 'versions.rollback_allowed(from, to)',
    call: 'rollback_allowed',
    texts: 2,
    gives: 'bool',
    description: 'Says whether the catalog has nothing against the way back to an older version.',
    example: 'versions.rollback_allowed(target.version, change.to)',
    answer: (product, from, to) => rollbackRefusal(product, from, to) === undefined,
  }),
  ...withProduct({
    name: 'versions.image(release, platform)',
    call: 'image',
    texts: 2,
    gives: 'string',
    description: 'The image that goes with a release on a platform, such as a cloud.',
    example: 'versions.image(inputs.release, "aws")',
    answer: (product, release, platform) => imageFor(product, release, platform),
  }),
  ...withProduct({
    name: 'versions.checksum(release, file)',
    call: 'checksum',
    texts: 2,
    gives: 'string',
    description: 'The published checksum of a file of a release: "sha256:…" or "sha512:…".',
    example: 'versions.checksum(inputs.release, "agent.deb")',
    answer: (product, release, file) => checksumOf(product, release, file),
  }),
  {
    name: 'versions.line(version)',
    signature: 'Versions.line(string): string',
    description: 'Major and minor of a version, without a word in front: `6.5` of `UserConnect-6.5.123`.',
    example: 'versions.line(target.version) == "6.5"',
    handler: (_: Versions, text: string) => lineOfText(text),
  },
]
