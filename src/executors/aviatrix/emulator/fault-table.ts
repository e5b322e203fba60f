import type { FaultRow } from '../../emulator/fault-list.ts'

export type FaultName =
  | 'http-502'
  | 'http-503'
  | 'html-page'
  | 'malformed-reply'
  | 'drop-connection'
  | 'silence'
  | 'session-expires'
  | 'login-refused'
  | 'token-refused'
  | 'missing-field'
  | 'refuse'
  | 'dry-run-error'
  | 'platform-fails'
  | 'platform-hangs'
  | 'platform-complete-early'
  | 'platform-slow-restart'
  | 'gateway-fails'
  | 'gateway-hangs'
  | 'gateway-complete-early'
  | 'gateway-config-fail'
  | 'gateway-down'
  | 'gateway-down-after'
  | 'tunnel-down'
  | 'audit-fails'
  | 'unreachable'
  | 'backup-off'
  | 'backup-fails'
  | 'ha-outdated'
  | 'credits-standard'

/** This table is the documentation. */
export interface FaultDefinition extends FaultRow<FaultName> {
  /** What the first parameter names, where it names a part of the controller's world. */
  readonly names?: 'gateway' | 'account'
}

const perCall = '[:calls[:action]]'
const atCalls = 'at so many calls (1), of the action or of any'
const once = { at: 0, byDefault: 1 } as const
const perGateway = { at: 1, byDefault: 1 } as const

export const faultDefinitions: readonly FaultDefinition[] = [
  { name: 'http-502', parameters: perCall, when: atCalls, what: 'the status is 502; nothing was done', times: once },
  { name: 'http-503', parameters: perCall, when: atCalls, what: 'the status is 503; nothing was done', times: once },
  {
    name: 'html-page',
    parameters: perCall,
    when: atCalls,
    what: 'the answer is a page that says 502 Proxy Error, with status 200; nothing was done',
    times: once,
  },
  {
    name: 'malformed-reply',
    parameters: perCall,
    when: atCalls,
    what: 'the call is carried out, and its answer breaks off in the middle of the JSON text',
    times: once,
  },
  {
    name: 'drop-connection',
    parameters: '[:calls[:action[:before]]]',
    when: atCalls,
    what: 'the call is carried out and the connection is cut instead of an answer; with `before` it is not carried out',
    times: once,
  },
  {
    name: 'silence',
    parameters: perCall,
    when: atCalls,
    what: 'the call is carried out and never answered',
    times: once,
  },
  {
    name: 'session-expires',
    parameters: perCall,
    when: atCalls,
    what: 'the session is over: the call is refused, and a login is needed',
    times: once,
  },
  {
    name: 'login-refused',
    parameters: '[:times]',
    when: 'at a login, so many times (1, or `always`)',
    what: 'user and password are not accepted',
    times: once,
  },
  {
    name: 'token-refused',
    parameters: '[:times]',
    when: 'at get_api_token, so many times (1, or `always`)',
    what: 'there is no token; a login without it is accepted',
    times: once,
  },
  {
    name: 'missing-field',
    parameters: ':field',
    when: 'from then on',
    what: 'the field is gone from every answer, as in `gw_software_version`',
  },
  {
    name: 'refuse',
    parameters: ':action[:times]',
    when: 'at the action, so many times (1, or `always`)',
    what: 'it is refused with a reason, in status 200',
    times: perGateway,
  },
  {
    name: 'dry-run-error',
    parameters: '[:gateway]',
    when: 'at the dry run of the platform, or of that gateway',
    what: 'it finds an error: the package server cannot be reached',
  },
  {
    name: 'platform-fails',
    parameters: '[:times]',
    when: 'in the middle of a platform upgrade, so many times (1, or `always`)',
    what: 'it ends with an error, and the controller stays on its release',
    times: once,
  },
  {
    name: 'platform-hangs',
    parameters: '[:times]',
    when: 'in the middle of a platform upgrade, so many times (1, or `always`)',
    what: 'it goes on for ever',
    times: once,
  },
  {
    name: 'platform-complete-early',
    parameters: '[:times]',
    when: 'from the start of a platform upgrade on, so many times (1, or `always`)',
    what: 'its status reads complete while the work goes on',
    times: once,
  },
  {
    name: 'platform-slow-restart',
    parameters: ':minutes[:times]',
    when: 'at the restart of the controller, so many times (1, or `always`)',
    what: 'it takes so many minutes more',
    times: perGateway,
  },
  {
    name: 'gateway-fails',
    parameters: ':gateway[:times]',
    when: 'at the installation, so many times (1, or `always`)',
    what: 'the archive is too short: upgrade_fail, and the gateway runs on as before',
    names: 'gateway',
    times: perGateway,
  },
  {
    name: 'gateway-hangs',
    parameters: ':gateway[:times]',
    when: 'at the installation, so many times (1, or `always`)',
    what: 'the upgrade stays at installing',
    names: 'gateway',
    times: perGateway,
  },
  {
    name: 'gateway-complete-early',
    parameters: ':gateway[:times]',
    when: 'from the start of an upgrade on, so many times (1, or `always`)',
    what: 'its status reads complete while the work goes on',
    names: 'gateway',
    times: perGateway,
  },
  {
    name: 'gateway-config-fail',
    parameters: ':gateway[:times]',
    when: 'after a replacement, so many times (1, or `always`)',
    what: 'the new gateway does not get its configuration: config_fail',
    names: 'gateway',
    times: perGateway,
  },
  {
    name: 'gateway-down',
    parameters: ':gateway[:from..to]',
    when: 'always, or between two durations after the start of the emulator',
    what: 'the gateway is down, and with it its tunnels',
    names: 'gateway',
  },
  {
    name: 'gateway-down-after',
    parameters: ':gateway[:minutes[:times]]',
    when: 'so many minutes (5) after an upgrade that went well, so many times (1, or `always`)',
    what: 'the gateway loses its keepalives: keepalive_fail',
    names: 'gateway',
    times: { at: 2, byDefault: 1 },
  },
  {
    name: 'tunnel-down',
    parameters: ':gateway[:from..to]',
    when: 'always, or between two durations after the start of the emulator',
    what: 'one tunnel of the gateway is down',
    names: 'gateway',
  },
  {
    name: 'audit-fails',
    parameters: ':account',
    when: 'always',
    what: 'the account does not pass the audit',
    names: 'account',
  },
  {
    name: 'unreachable',
    parameters: ':host[:port]',
    when: 'always',
    what: 'the controller reaches neither the host nor, when named, its port; a closed port leaves ping alone',
  },
  { name: 'backup-off', parameters: '', when: 'always', what: 'the backup of the controller is switched off' },
  {
    name: 'backup-fails',
    parameters: '[:times]',
    when: 'at a backup, so many times (1, or `always`)',
    what: 'it is accepted, and no file appears',
    times: once,
  },
  { name: 'ha-outdated', parameters: '', when: 'always', what: 'the Controller HA application is not the newest' },
  {
    name: 'credits-standard',
    parameters: '',
    when: 'always',
    what: 'the instance of the controller lacks the attribute Unlimited',
  },
]
