import { setKato } from '../installation.ts'
import { logged } from '../kato.ts'
import type { KatoCall } from '../world.ts'
import { moduleSeconds } from './timing.ts'

/** `/var/stackato/upgrade/fix-kato.sh`: installs the new `kato`; the upgrade itself goes on only when it is run again. */
export function fixKato(call: KatoCall): Promise<number> {
  return logged(call, 'fix-kato.sh', async () => {
    const { here, world } = call
    await call.pause(moduleSeconds.fix_kato)
    setKato(call, here, true)
    call.out(`kato ${world.state.release} is installed`)
    return 0
  })
}
