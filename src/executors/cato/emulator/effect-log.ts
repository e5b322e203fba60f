import * as log from '../../emulator/effect-log.ts'

/** One line of `effects.jsonl`: something that changed in the emulated account. */
export type EffectRecord = log.EffectStamp & EffectEntry

export interface EffectEntry {
  /**
   * `call`: a mutation was accepted or refused. `phase`: an upgrade moved on. `version`: a Socket runs another version.
   * `rollback`: it went back by itself. `failover`: another member carries the site. `event`: an event was raised.
   * `mail`, `console`: people were told. `download`: a file was fetched in advance.
   */
  readonly kind: 'call' | 'phase' | 'version' | 'rollback' | 'failover' | 'event' | 'mail' | 'console' | 'download'
  readonly site?: string
  readonly socket?: string
  readonly what: string
  readonly detail?: Readonly<Record<string, unknown>>
}

/** The effects of one account. */
export class EffectLog extends log.EffectLog<EffectEntry> {}
