import type { Action } from '../../../ports/executor.ts'
import { sudoOf } from '../../command.ts'
import { list, object, text, whole } from '../../schema.ts'
import { probeDetached } from '../../ssh/detached.ts'
import { sudoSchema } from '../../sudo-schema.ts'
import { fetchOptions } from '../apt-command.ts'
import { aptFailure, hasFetched } from '../apt-failure.ts'
import { addressOf, fetchSchema, lockSchema } from '../arguments.ts'
import { runPackageWork } from '../package-work.ts'
import { minute, repeatableWork, second } from './capabilities.ts'

const name = 'debian.update_lists'

export const updateLists: Action = {
  name,
  title: 'Update the package lists',
  description:
    'Runs `apt-get update`. Every list has to arrive and every signature has to fit: a source that is passed over with a warning fails the step too. Runs under a marker on the target and waits for a lock that another apt holds.',
  with: object({ ...fetchSchema, lock_timeout: lockSchema, sudo: sudoSchema }),
  outputs: object(
    {
      sources: list('Sources', 'Addresses that were asked.', text('Address', 'As apt prints it.')),
      fetched: whole('Fetched', 'Number of files that were new.'),
    },
    ['sources', 'fetched'],
  ),
  capabilities: { ...repeatableWork, dry_run: false },
  duration: { expected_ms: 20 * second, worst_ms: 10 * minute },
  runs_on: 'target',
  example: { sudo: true },
  describe: () => 'apt-get update',
  async perform(context, args) {
    // A source that fails is an error, and not a warning that nobody reads; older versions of apt only warn.
    const words = ['apt-get', '-q', '-o', 'APT::Update::Error-Mode=any', ...fetchOptions(args), 'update']
    const end = await runPackageWork(context, args, { action: name, argv: words, sudo: await sudoOf(context, args) })
    const passedOver = /^W: .*(Failed to fetch|could(n't| not) be|index files failed|signature)/im.test(end.stderr)
    if (end.exitCode !== 0 || passedOver) {
      throw aptFailure(context, 'apt-get update', end, hasFetched(end.stdout))
    }
    const lines = end.stdout.split('\n').map((line) => /^(Hit|Get|Ign):\d+ (\S+ \S+)/.exec(line))
    const sources = [...new Set(lines.flatMap((match) => (match ? [match[2]!] : [])))]
    const fetched = lines.filter((match) => match?.[1] === 'Get').length
    return {
      outputs: { sources, fetched },
      summary: fetched === 0 ? 'nothing new' : `${fetched} lists are new`,
      changed: fetched > 0,
    }
  },
  async probe(context, args) {
    const sudo = await sudoOf(context, args)
    return await probeDetached(context, addressOf(context, name), {
      ...(sudo === undefined ? {} : { sudo }),
      expectExit: [0],
    })
  },
}
