/**
 * Our side of the SSH bench, a process of its own: `node ssh-ours.mjs ten|rolling|hold JOURNAL CONFIG ADDRESS…`.
 * Every step is journaled before and after, flushed to disk, as a run does it.
 */
import { JournalStore } from '../src/node/journal-store.ts'
import { makeSsh } from '../src/node/ssh/make-ssh.ts'
import { runRolling, runTenSteps, type WorkloadEvent } from './ssh-workload.ts'

const [work = '', directory = '', configFile = '', ...hosts] = process.argv.slice(2)
const addresses = hosts.map((host) => ({ target: host, host, configFile }))
const ssh = makeSsh({ onInsecure: () => undefined })
const { writer } = await new JournalStore().open(directory, () => undefined)
const record = async ({ type, target, step }: WorkloadEvent): Promise<void> => {
  const command = `${target}/${step}`
  const event = { id: `${command}/${type}`, type, at: Date.now(), data: { target, step } }
  await writer.append([type === 'step_ended' ? { ...event, of: `${command}/step_started` } : event])
}
if (work === 'rolling') await runRolling(ssh, addresses, { record })
else await runTenSteps(ssh, addresses, { atOnce: 50, record })
if (work === 'hold') {
  console.log('held')
  await new Promise((resolve) => process.stdin.once('end', resolve).resume())
}
await writer.close()
await ssh.close()
