import type { MuxConnection } from './mux-connection.ts'
import { Places } from './places.ts'
import type { Transport } from './transport.ts'

/** Runs each command as a channel over the control master's socket in proxy mode. */
export function makeProxyTransport(connection: MuxConnection): Transport {
  const places = new Places()
  return {
    start: (line, sink, options) => places.place(() => connection.openChannel(line, sink), options?.urgent ?? false),
  }
}
