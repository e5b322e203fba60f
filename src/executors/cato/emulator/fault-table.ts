import type { FaultRow } from '../../emulator/fault-list.ts'

export type FaultName =
  | 'bad-hash'
  | 'prefetch-fails'
  | 'disconnected'
  | 'kpi-failure'
  | 'degraded'
  | 'install-hangs'
  | 'primary-fails-over'
  | 'process-critical'
  | 'slow-link'
  | 'weak-signal'
  | 'refuse-upgrade'
  | 'rate-limit-storm'
  | 'http-429'
  | 'http-502'
  | 'http-503'
  | 'malformed-reply'
  | 'drop-connection'
  | 'silence'
  | 'missing-field'
  | 'unknown-status'

/** This table is the documentation. */
export interface FaultDefinition extends FaultRow<FaultName> {
  /** What the first parameter names, where it names a part of the fleet. */
  readonly names?: 'socket' | 'site'
}

export const faultDefinitions: readonly FaultDefinition[] = [
  {
    name: 'bad-hash',
    parameters: ':socket[:times]',
    when: 'at the hash check, so many times (1, or `always`)',
    what: 'the file is damaged: the try fails before the switch',
    names: 'socket',
    times: { at: 1, byDefault: 1 },
  },
  {
    name: 'prefetch-fails',
    parameters: ':socket',
    when: 'when the file is fetched in advance',
    what: 'it is not there at the window and is downloaded then',
    names: 'socket',
    times: { at: 1, byDefault: 1 },
  },
  {
    name: 'disconnected',
    parameters: ':socket[:from..to]',
    when: 'always, or between two durations after the start of the emulator; with `+` in front, after the start of each try',
    what: 'the Socket has no connection to its PoP',
    names: 'socket',
  },
  {
    name: 'kpi-failure',
    parameters: ':socket[:minute[:times]]',
    when: 'at that minute of the soak (9), so many times (1, or `always`)',
    what: 'the tunnel to the PoP breaks: the Socket goes back to its previous version by itself',
    names: 'socket',
    times: { at: 2, byDefault: 1 },
  },
  {
    name: 'degraded',
    parameters: ':site[:from..to]',
    when: 'always, or between two durations after the start of the emulator',
    what: 'one of the tunnels of the site is down; the site stays connected',
    names: 'site',
  },
  {
    name: 'install-hangs',
    parameters: ':socket[:times]',
    when: 'at the installation, so many times (1, or `always`)',
    what: 'it does not end; the try is over after its 17 minutes',
    names: 'socket',
    times: { at: 1, byDefault: 1 },
  },
  {
    name: 'primary-fails-over',
    parameters: ':site[:minute]',
    when: 'at that minute of the soak of the primary (4), once',
    what: 'the primary loses its connection: the secondary carries the site, and the primary goes back to its previous version',
    names: 'site',
    times: { at: 99, byDefault: 1 },
  },
  {
    name: 'process-critical',
    parameters: '[:from]',
    when: 'from that duration after the start of the emulator on (at once)',
    what: 'the upgrade process itself is broken: nothing starts any more in the whole account, and what waits is cancelled',
  },
  {
    name: 'slow-link',
    parameters: ':socket[:mbps]',
    when: 'always',
    what: 'the link has so little bandwidth (0.6 Mbps) that downloads fail below 1 Mbps',
    names: 'socket',
  },
  {
    name: 'weak-signal',
    parameters: ':socket[:dbm]',
    when: 'always',
    what: 'the Socket hangs on LTE with so weak a signal (-118 dBm) that downloads fail below -110 dBm',
    names: 'socket',
  },
  {
    name: 'refuse-upgrade',
    parameters: ':site[:times]',
    when: 'at startSiteUpgrade for the site, so many times (1, or `always`)',
    what: 'the call ends with an error',
    names: 'site',
    times: { at: 1, byDefault: 1 },
  },
  {
    name: 'rate-limit-storm',
    parameters: '[:calls[:operation]]',
    when: 'at so many calls (5), of the operation or of any',
    what: 'the answer is the documented rate limit error',
    times: { at: 0, byDefault: 5 },
  },
  {
    name: 'http-429',
    parameters: '[:calls[:operation]]',
    when: 'at so many calls (1), of the operation or of any',
    what: 'the status is 429',
    times: { at: 0, byDefault: 1 },
  },
  {
    name: 'http-502',
    parameters: '[:calls[:operation]]',
    when: 'at so many calls (1), of the operation or of any',
    what: 'the status is 502; nothing was done',
    times: { at: 0, byDefault: 1 },
  },
  {
    name: 'http-503',
    parameters: '[:calls[:operation]]',
    when: 'at so many calls (1), of the operation or of any',
    what: 'the status is 503; nothing was done',
    times: { at: 0, byDefault: 1 },
  },
  {
    name: 'malformed-reply',
    parameters: '[:calls[:operation]]',
    when: 'at so many calls (1), of the operation or of any',
    what: 'the call is carried out, and its answer breaks off in the middle of the JSON text',
    times: { at: 0, byDefault: 1 },
  },
  {
    name: 'drop-connection',
    parameters: '[:calls[:operation[:before]]]',
    when: 'at so many calls (1), of the operation or of any',
    what: 'the call is carried out and the connection is cut instead of an answer; with `before` it is not carried out',
    times: { at: 0, byDefault: 1 },
  },
  {
    name: 'silence',
    parameters: '[:calls[:operation]]',
    when: 'at so many calls (1), of the operation or of any',
    what: 'the call is carried out and never answered',
    times: { at: 0, byDefault: 1 },
  },
  {
    name: 'missing-field',
    parameters: ':type.field',
    when: 'from then on',
    what: 'the schema has lost the field, as in `SocketInventoryItem.upgradeStatus`',
  },
  {
    name: 'unknown-status',
    parameters: ':socket',
    when: 'always',
    what: 'upgradeStatus of the Socket has the value ROLLING_BACK, which no schema had before',
    names: 'socket',
  },
]
