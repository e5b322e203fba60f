import type { ScratchOptions } from '../app/scaffold/scratch.ts'
import { RollbookError } from '../base/error.ts'
import type { CommandCall } from './command.ts'
import type { InitQuestions } from './init-questions.ts'

type Problem = (text: string) => string | undefined

export const notEmpty: Problem = (text) => (text.trim() === '' ? 'something has to be said' : undefined)

const componentProblem: Problem = (text) =>
  /^[a-z][a-z0-9_]{0,63}$/.test(text) ? undefined : 'lower case letters, digits and underscores, a letter first'

const hostPattern = /^([A-Za-z0-9][\w.-]*)(?:=(\S+))?$/
const hostProblem: Problem = (text) => (hostPattern.test(text) ? undefined : `"${text}" is not NAME or NAME=ADDRESS`)
const hostsProblem: Problem = (text) =>
  notEmpty(text) ??
  listed(text)
    .map(hostProblem)
    .find((each) => each !== undefined)

function listed(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '')
}

/** What a runbook from scratch is made of: by options, by answers, or as proposed. */
export async function scratchOptions(name: string, call: CommandCall, ask?: InitQuestions): Promise<ScratchOptions> {
  const get = async (
    option: string,
    question: string,
    proposal: string,
    problem: Problem = notEmpty,
  ): Promise<string> => {
    const text = call.text(option) ?? (await ask?.text(question, proposal, problem)) ?? proposal
    const wrong = problem(text)
    if (wrong === undefined) return text
    throw new RollbookError('SCAFFOLD_NAME', `--${option} cannot be "${text}"`, { hint: `It needs ${wrong}.` })
  }
  const title = await get('title', 'Title of the runbook?', 'Upgrade of the hosts')
  const component = await get('component', 'What are the hosts, in one word?', 'host', componentProblem)
  const proposed = 'host-1=192.0.2.11, host-2=192.0.2.12'
  const given = call.list('host')
  const asked =
    given.length > 0
      ? given
      : listed((await ask?.text('Hosts, as NAME or NAME=ADDRESS?', proposed, hostsProblem)) ?? proposed)
  return {
    name,
    title,
    component,
    hosts: asked.map(hostOf),
    upgradeCommand: await get(
      'upgrade',
      'Command that installs $RELEASE on one?',
      `/opt/${component}/bin/upgrade "$RELEASE"`,
    ),
    versionCommand: await get('show-version', 'Command that prints its version?', `/opt/${component}/bin/version`),
    installed: await get('installed', 'Version that is installed now?', '1.0.0'),
    release: await get('release', 'Release to install?', '1.1.0'),
  }
}

function hostOf(text: string): ScratchOptions['hosts'][number] {
  const [, name, address] = hostPattern.exec(text) ?? []
  if (name !== undefined) return { name, address: address ?? name }
  throw new RollbookError('SCAFFOLD_NAME', `"${text}" cannot be the name of a host`, {
    hint: 'Write --host web-1=192.0.2.11.',
  })
}
