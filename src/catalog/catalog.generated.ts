/* Generated from schemas/catalog.v1.schema.json by "npm run generate". Do not edit. */

/**
 * A catalog says which releases a vendor has published, how one gets from one to the next, and what goes with each: checksums and images. Expressions ask it: `versions.path(from, to)`.
 */
export interface CatalogFile {
  /**
   * Always `catalog/v1`. Every file says what it is; the file name does not matter.
   */
  readonly rollbook: 'catalog/v1'
  /**
   * Short name: lower case letters, digits and hyphens.
   */
  readonly name: string
  /**
   * What the catalog lists.
   */
  readonly title?: string
  /**
   * Markdown: where the knowledge comes from, and as of when.
   */
  readonly description?: string
  /**
   * What is released, by id. With one product, functions need not name it.
   */
  readonly products: {
    readonly [k: string]: Product
  }
}
/**
 * Something that has releases of its own.
 */
export interface Product {
  /**
   * Name for people.
   */
  readonly title?: string
  /**
   * How versions are ordered. `dotted`: numbers between dots. `semver`: as semver.org defines it. `debian`: as Debian packages. `train`: major, minor and build, with a word in front or behind the minor, as in `UserConnect-6.3-patch.2309`.
   */
  readonly scheme?: 'dotted' | 'semver' | 'debian' | 'train'
  /**
   * `none`: every release is taken. `builds`: every minor is taken, each by one of its builds. `minors`: every major is taken. `majors`: any newer release can be taken at once.
   */
  readonly skip?: 'none' | 'builds' | 'minors' | 'majors'
  /**
   * `release`: any release. `line`: only major and minor; the build is always the newest one.
   */
  readonly choose?: 'release' | 'line'
  /**
   * Whether the newest build of the running minor is taken before another minor is.
   */
  readonly newest_first?: boolean
  /**
   * What was published, in any order.
   *
   * @minItems 1
   * @maxItems 2000
   */
  readonly releases: Release[]
  /**
   * Ways back that the vendor rules out, although the versions are known.
   *
   * @minItems 1
   */
  readonly no_rollback?: NoRollback[]
  /**
   * Which image goes with which release; the first that fits counts.
   *
   * @minItems 1
   */
  readonly images?: Image[]
}
/**
 * One published release.
 */
export interface Release {
  /**
   * A version, exactly as the product prints it. In quotes, or YAML reads `3.10` as the number 3.1.
   */
  readonly version: string
  /**
   * Day of publication.
   */
  readonly published?: string
  /**
   * Where the release notes stand.
   */
  readonly notes?: string
  /**
   * Why the release must not be taken any more. It is never part of a path.
   */
  readonly withdrawn?: string
  /**
   * Oldest version from which this release can be reached in one hop.
   */
  readonly requires?: string
  /**
   * Checksums of the files of the release, where they are known.
   *
   * @minItems 1
   */
  readonly checksums?: Checksum[]
}
/**
 * Checksum of one file.
 */
export interface Checksum {
  /**
   * Name of the file.
   */
  readonly file: string
  /**
   * 64 hexadecimal digits.
   */
  readonly sha256?: string
  /**
   * 128 hexadecimal digits.
   */
  readonly sha512?: string
}
/**
 * A way back that does not exist.
 */
export interface NoRollback {
  /**
   * The release, or its major and minor, that cannot be left.
   */
  readonly from: string
  /**
   * The release, or its major and minor, that cannot be reached.
   */
  readonly to: string
  /**
   * Why, for people.
   */
  readonly reason?: string
}
/**
 * A base image and the releases that run on it.
 */
export interface Image {
  /**
   * Name of the image, exactly as the product prints it.
   */
  readonly name: string
  /**
   * Where the image runs, such as a cloud. Without it, everywhere.
   */
  readonly platform?: string
  /**
   * Releases, or majors and minors, that run on the image.
   *
   * @minItems 1
   *
   * Items: A version, exactly as the product prints it. In quotes, or YAML reads `3.10` as the number 3.1.
   */
  readonly releases: string[]
}
