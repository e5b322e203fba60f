import * as log from '../../emulator/effect-log.ts'

/** One line of `effects.jsonl`: something that changed in the emulated network. */
export type EffectRecord = log.EffectStamp & EffectEntry

export interface EffectEntry {
  /**
   * `call`: a change was accepted or refused. `session`: sessions began or ended. `phase`: an upgrade moved on. `version`:
   * something runs another release. `drain`: a member hands its traffic over. `outage`: nobody carries the traffic of a
   * pair. `vpn`: OpenVPN users were cut off or came back. `backup`: a file was written. `setting`: a switch was turned.
   */
  readonly kind: 'call' | 'session' | 'phase' | 'version' | 'drain' | 'outage' | 'vpn' | 'backup' | 'setting'
  readonly gateway?: string
  readonly what: string
  readonly detail?: Readonly<Record<string, unknown>>
}

/** The effects of one controller. */
export class EffectLog extends log.EffectLog<EffectEntry> {}
