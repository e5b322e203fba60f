/** Releases and images of the emulated vendor. Builds, dates and the matrix are the emulator's own choice. */
import { compareReleases, parseRelease, plainOf, seriesOf } from '../release.ts'

export interface PublishedRelease {
  /** Without the prefix. */
  readonly version: string
  readonly kernel: string
  /** Its gateways restart the OpenVPN service when they are upgraded to it. */
  readonly restarts_vpn: boolean
  /** Month of the image that belongs to it, as image names end: `022021`. */
  readonly image: string
}

const release = (version: string, kernel: string, image: string, restartsVpn = false): PublishedRelease => ({
  version,
  kernel,
  image,
  restarts_vpn: restartsVpn,
})

/** Oldest first; several builds of a minor stand in order. */
export const knownReleases: readonly PublishedRelease[] = [
  release('6.3.2551', '5.4.0-1045', '022021'),
  release('6.4.2995', '5.4.0-1054', '022021'),
  release('6.5.250', '5.4.0-1058', '022021'),
  release('6.5.750', '5.4.0-1058', '022021'),
  release('6.5.3006', '5.4.0-1064', '022021'),
  release('6.6.100', '5.4.0-1068', '062022'),
  release('6.6.123', '5.4.0-1068', '062022'),
  release('6.7.1185', '5.4.0-1080', '062022'),
  release('6.7.1376', '5.4.0-1080', '062022', true),
  release('6.8.1148', '5.4.0-1086', '102022'),
  release('6.9.161', '5.4.0-1092', '102022'),
  release('7.0.1307', '5.4.0-1094', '012023', true),
  release('7.0.2239', '5.4.0-1094', '012023'),
  release('7.1.1710', '5.15.0-1026', '062023'),
  release('7.1.4191', '5.15.0-1036', '062023'),
  release('7.2.4820', '5.15.0-1048', '042024'),
]

/** What the emulated vendor has published, oldest first. */
export class Releases {
  readonly #published: PublishedRelease[] = []

  /** @param newest - only releases up to this one are published */
  constructor(newest: string) {
    for (const each of knownReleases) {
      if ((compareReleases(each.version, newest) ?? 1) <= 0) this.#published.push(each)
    }
    this.add(newest)
  }

  get all(): readonly PublishedRelease[] {
    return this.#published
  }

  get newest(): PublishedRelease {
    return this.#published.at(-1)!
  }

  /** Publishes a release; one that is known already stays as it is. */
  add(version: string): void {
    const plain = plainOf(version)
    if (this.#published.some((each) => each.version === plain)) return
    const kin = this.#published.findLast((each) => seriesOf(each.version) === seriesOf(plain)) ?? this.#published.at(-1)
    this.#published.push(release(plain, kin?.kernel ?? '5.4.0-1045', kin?.image ?? '022021'))
    this.#published.sort((a, b) => compareReleases(a.version, b.version) ?? 0)
  }

  find(version: string): PublishedRelease | undefined {
    return this.#published.find((each) => each.version === plainOf(version))
  }

  /** The newest build of a minor. */
  newestOf(series: string): PublishedRelease | undefined {
    return this.#published.findLast((each) => seriesOf(each.version) === series)
  }

  /** Minors from the one after `version` to the newest, oldest first. */
  hopsFrom(version: string): readonly string[] {
    const later = this.#published.filter((each) => isLaterSeries(each.version, version))
    return [...new Set(later.map((each) => seriesOf(each.version)))]
  }

  /** @param cloud - such as `aws` */
  imageOf(version: string, cloud: string): string | undefined {
    const found = this.find(version)
    return found === undefined ? undefined : `hvm-cloudx-${cloud}-${found.image}`
  }
}

function isLaterSeries(version: string, than: string): boolean {
  const a = parseRelease(version)
  const b = parseRelease(than)
  return a !== undefined && b !== undefined && (a.major - b.major || a.minor - b.minor) > 0
}
