import { describe, expect, it } from 'vitest'
import { startLab } from './aviatrix-lab.ts'

describe('one hop of the controller', () => {
  it('AVX-45 AVX-46 AVX-47 AVX-49: starts, follows the progress, logs in again and verifies the version', async () => {
    const lab = await startLab({ installed: '6.6.123', release: '6.8.1148' })
    const result = await lab.run('platform_upgrade', undefined, { to: '6.7' })
    expect(result).toMatchObject({
      changed: true,
      outputs: {
        release: 'UserConnect-6.7.1376',
        version: '6.7.1376',
        series: '6.7',
        previous_release: 'UserConnect-6.6.123',
        previous_version: '6.6.123',
        generation: 2,
        joined: false,
      },
    })
  })
})
