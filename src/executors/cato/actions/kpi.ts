import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { optionalText } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { choice, flag, object, text } from '../../schema.ts'
import { healthOf, poolOf } from '../api.ts'
import { minute, reasonsList, system, tolerateList } from './arguments-schema.ts'
import { haOutputs, haTroubles, toleratedBy, troublesOf } from './health-judgement.ts'

const haSchema = {
  title: 'HA',
  description:
    'Readiness of the pair in the vendor’s words: `readiness`, `keepalive`, `socket_version`, `wan_connectivity`; null for a single Socket.',
}

export const kpi: Action = {
  name: 'cato.kpi',
  title: 'Judge stability and connectivity',
  description:
    'One look at what the API shows of the vendor’s stability and connectivity KPIs: site and Socket connected, tunnels up, no degradation, HA pair ready. Anything else fails as `unhealthy` with the reasons. Many Sockets at once cost few calls. An HA pair on different majors is tolerated unless `tolerate` says otherwise.',
  with: object({
    system,
    version: text('Version', 'The Socket has to run this version.'),
    tolerate: tolerateList,
    require: choice('Require', '`healthy`: anything else fails. `nothing`: only look.', ['healthy', 'nothing'], {
      default: 'healthy',
    }),
  }),
  outputs: object(
    {
      healthy: flag('Healthy', 'Nothing speaks against it.'),
      reasons: reasonsList,
      connected: flag('Connected', 'The Socket is connected.'),
      degraded: flag('Degraded', 'The vendor calls the site degraded.'),
      version: text('Version', 'What the Socket runs.'),
      ha_role: text('HA role', 'Free text of the vendor.'),
      ha: haSchema,
    },
    ['healthy', 'reasons', 'connected', 'degraded', 'version', 'ha_role', 'ha'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 1000, worst_ms: minute },
  runs_on: 'target',
  example: { version: '18.4.1' },
  describe: (_args, target) => `account snapshot: stability and connectivity of ${target?.name ?? 'the Socket'}`,
  async perform(context, args) {
    const health = await healthOf(context, await poolOf(context, args))
    const { site, device } = health
    const wanted = optionalText(args, 'version')
    const reasons = [
      ...troublesOf(health, toleratedBy(args)),
      ...(wanted === undefined || wanted === device.version
        ? []
        : [`Socket ${device.name} runs ${device.version}, not ${wanted}`]),
    ]
    const outputs = {
      healthy: reasons.length === 0,
      reasons,
      connected: device.connected,
      degraded: site.degraded,
      version: device.version,
      ha_role: device.haRole,
      ha: haOutputs(site.ha),
    }
    if (reasons.length > 0 && args['require'] !== 'nothing') {
      throw new ActionFailure('unhealthy', reasons.join('; '), {
        outputs,
        advice: 'The Socket goes back to its previous version by itself; cato.rollback_state verifies that.',
      })
    }
    return { outputs, summary: reasons.length === 0 ? 'healthy' : reasons.join('; '), changed: false }
  },
}

export const haReady: Action = {
  name: 'cato.ha_ready',
  title: 'Look whether the HA pair is ready',
  description:
    'Reads the readiness of the target’s HA pair: keepalive, WAN connectivity of both members, and the same major on both. A pair that is not ready fails as `not_ready`; a single Socket passes. Different majors count unless `tolerate` names them.',
  with: object({ system, tolerate: { ...tolerateList, default: [] } }),
  outputs: object(
    {
      ready: flag('Ready', 'Nothing speaks against it.'),
      is_ha: flag('HA', 'The site has two Sockets.'),
      reasons: reasonsList,
      ha: haSchema,
    },
    ['ready', 'is_ha', 'reasons', 'ha'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 1000, worst_ms: minute },
  runs_on: 'target',
  example: {},
  describe: (_args, target) => `account snapshot: HA readiness of site ${target?.site ?? 'of the target'}`,
  async perform(context, args) {
    const { site } = await healthOf(context, await poolOf(context, args))
    const tolerated = args['tolerate'] === undefined ? [] : toleratedBy(args)
    const missing = site.isHa && site.ha === undefined ? ['the API tells nothing of the pair'] : []
    const reasons = [...missing, ...haTroubles(site.ha, tolerated)]
    const outputs = { ready: reasons.length === 0, is_ha: site.isHa, reasons, ha: haOutputs(site.ha) }
    if (reasons.length > 0) {
      throw new ActionFailure('not_ready', `the HA pair of site ${site.name}: ${reasons.join('; ')}`, {
        outputs,
        advice: 'Both members need a connection and the same major; until then failover works with limits.',
        notApplied: true,
      })
    }
    return { outputs, summary: site.isHa ? 'the pair is ready' : 'a single Socket', changed: false }
  },
}
