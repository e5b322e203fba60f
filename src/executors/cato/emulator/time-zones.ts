/** Where the emulated sites stand. */
export interface Place {
  /** IANA name. */
  readonly zone: string
  readonly city: string
  /** ISO 3166-1, two letters. */
  readonly country: string
  readonly region: string
  readonly pop: string
  /** Share of the fleet; the first sites go one to each place. */
  readonly weight: number
}

type Row = readonly [zone: string, city: string, country: string, region: string, pop: string, weight: number]

const rows: readonly Row[] = [
  ['America/New_York', 'New York', 'US', 'AMERICAS', 'New York', 26],
  ['Europe/Berlin', 'Frankfurt', 'DE', 'EMEA', 'Frankfurt', 20],
  ['America/Chicago', 'Chicago', 'US', 'AMERICAS', 'Chicago', 16],
  ['Europe/London', 'London', 'GB', 'EMEA', 'London', 14],
  ['America/Los_Angeles', 'Los Angeles', 'US', 'AMERICAS', 'Los Angeles', 13],
  ['Asia/Tokyo', 'Tokyo', 'JP', 'APAC', 'Tokyo', 12],
  ['Europe/Paris', 'Paris', 'FR', 'EMEA', 'Paris', 10],
  ['Asia/Kolkata', 'Mumbai', 'IN', 'APAC', 'Mumbai', 9],
  ['Asia/Shanghai', 'Shanghai', 'CN', 'APAC', 'Shanghai', 8],
  ['Australia/Sydney', 'Sydney', 'AU', 'APAC', 'Sydney', 7],
  ['Europe/Zurich', 'Zurich', 'CH', 'EMEA', 'Zurich', 7],
  ['Asia/Singapore', 'Singapore', 'SG', 'APAC', 'Singapore', 6],
  ['America/Denver', 'Denver', 'US', 'AMERICAS', 'Denver', 6],
  ['America/Toronto', 'Toronto', 'CA', 'AMERICAS', 'Toronto', 6],
  ['America/Sao_Paulo', 'São Paulo', 'BR', 'AMERICAS', 'São Paulo', 6],
  ['Europe/Madrid', 'Madrid', 'ES', 'EMEA', 'Madrid', 5],
  ['Asia/Jerusalem', 'Tel Aviv', 'IL', 'EMEA', 'Tel Aviv', 5],
  ['Asia/Dubai', 'Dubai', 'AE', 'EMEA', 'Dubai', 4],
  ['Asia/Seoul', 'Seoul', 'KR', 'APAC', 'Seoul', 4],
  ['Asia/Hong_Kong', 'Hong Kong', 'HK', 'APAC', 'Hong Kong', 4],
  ['Africa/Johannesburg', 'Johannesburg', 'ZA', 'EMEA', 'Johannesburg', 4],
  ['America/Mexico_City', 'Mexico City', 'MX', 'AMERICAS', 'Querétaro', 4],
  ['Europe/Istanbul', 'Istanbul', 'TR', 'EMEA', 'Istanbul', 3],
  ['Europe/Warsaw', 'Warsaw', 'PL', 'EMEA', 'Warsaw', 3],
  ['Europe/Helsinki', 'Helsinki', 'FI', 'EMEA', 'Helsinki', 2],
  ['Europe/Lisbon', 'Lisbon', 'PT', 'EMEA', 'Lisbon', 2],
  ['America/Phoenix', 'Phoenix', 'US', 'AMERICAS', 'Phoenix', 3],
  ['America/Bogota', 'Bogotá', 'CO', 'AMERICAS', 'Bogotá', 2],
  ['America/Argentina/Buenos_Aires', 'Buenos Aires', 'AR', 'AMERICAS', 'Buenos Aires', 2],
  ['America/Halifax', 'Halifax', 'CA', 'AMERICAS', 'Montréal', 1],
  ['America/St_Johns', "St. John's", 'CA', 'AMERICAS', 'Montréal', 1],
  ['America/Anchorage', 'Anchorage', 'US', 'AMERICAS', 'Seattle', 1],
  ['Pacific/Honolulu', 'Honolulu', 'US', 'AMERICAS', 'Los Angeles', 1],
  ['Africa/Lagos', 'Lagos', 'NG', 'EMEA', 'Lagos', 2],
  ['Africa/Nairobi', 'Nairobi', 'KE', 'EMEA', 'Johannesburg', 1],
  ['Asia/Kathmandu', 'Kathmandu', 'NP', 'APAC', 'Mumbai', 1],
  ['Asia/Yangon', 'Yangon', 'MM', 'APAC', 'Singapore', 1],
  ['Asia/Jakarta', 'Jakarta', 'ID', 'APAC', 'Jakarta', 2],
  ['Australia/Adelaide', 'Adelaide', 'AU', 'APAC', 'Melbourne', 1],
  ['Australia/Perth', 'Perth', 'AU', 'APAC', 'Perth', 1],
  ['Pacific/Auckland', 'Auckland', 'NZ', 'APAC', 'Auckland', 2],
  ['Pacific/Chatham', 'Waitangi', 'NZ', 'APAC', 'Auckland', 1],
]

/** Real zones with half-hour and 45-minute offsets among them, the largest first. */
export const places: readonly Place[] = rows.map(([zone, city, country, region, pop, weight]) => ({
  zone,
  city,
  country,
  region,
  pop,
  weight,
}))

/**
 * Spreads sites over places: one each as far as they go, the rest by weight.
 *
 * @returns one place per site, in an order that mixes the zones
 */
export function spreadOver(sites: number, chosen: readonly Place[]): readonly Place[] {
  const counts = chosen.map((_, index) => (index < sites ? 1 : 0))
  const weights = chosen.reduce((sum, place) => sum + place.weight, 0)
  for (let left = sites - chosen.length; left > 0; left -= 1) {
    // The place that lags furthest behind its share comes next.
    let next = 0
    for (let index = 1; index < chosen.length; index += 1) {
      const lag = (at: number): number => (counts[at]! + 1) / (chosen[at]!.weight / weights)
      if (lag(index) < lag(next)) next = index
    }
    counts[next]! += 1
  }
  const spread: Place[] = []
  for (let round = 0; spread.length < sites; round += 1) {
    for (const [index, place] of chosen.entries()) if (round < counts[index]!) spread.push(place)
  }
  return spread
}
