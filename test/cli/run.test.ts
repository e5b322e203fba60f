import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { exitCodes } from '../../src/cli/command.ts'
import { runCli } from '../../src/cli/run-cli.ts'
import { acquireTargets, holderOfTarget } from '../../src/node/target-locks.ts'
import { RunWorld } from '../support/run-world.ts'

const worlds: RunWorld[] = []

function world(phases: string, more?: string): RunWorld {
  const made = new RunWorld(phases, more)
  worlds.push(made)
  return made
}

afterEach(() => {
  for (const each of worlds.splice(0)) each.remove()
})

const append = (id: string, more = ''): string =>
  `      - {id: ${id}, title: Do ${id}, action: local.run, with: {script: "echo ${id} >> log"}${more}}\n`
const phase = (id: string, steps: string): string =>
  `  - id: ${id}\n    kind: ${id}\n    title: The ${id}\n    steps:\n${steps}`

const people = phase(
  'preparation',
  `      - id: tell
        title: Tell the users
        role: operator
        manual: Tell them.
        form: [{id: ticket, title: Ticket, type: integer, required: true}]
        evidence: [{id: mail, title: The mail, required: true}]
      - {id: go, title: Go?, gate: {type: go_no_go, roles: [change_manager], min_approvals: 2, exclude_initiator: true}}
${append('first')}`,
)

describe('an unattended run', () => {
  it('goes through by itself, tells each step on a line, and is proven by its journal', async () => {
    const here = world(phase('upgrade', append('one') + append('two')))
    const said = await here.start()
    expect(said.code, said.err).toBe(exitCodes.clean)
    expect(here.read('log')).toBe('one\ntwo\n')
    const lines = said.out.split('\n').map((line) => line.replace(/^[\d:]+ /, ''))
    expect(lines).toContain('· unattended run of A small upgrade 1.0.0 begun by Ines')
    expect(lines).toContain('· Phase 1/1 The upgrade')
    expect(said.out).toContain('rollbook report r1 -o report.html')
    expect(lines.filter((line) => line.startsWith('✓ 1.')).map((line) => line.slice(0, 12))).toEqual([
      '✓ 1.1 Do one',
      '✓ 1.2 Do two',
    ])
    const verified = await here.say('verify', 'r1')
    expect(verified).toMatchObject({ code: exitCodes.clean, out: expect.stringContaining('Run r1 is intact') })
    expect((await here.say('runs')).out).toMatch(/r1 .* Ines .* unattended .* 2\/2 .* succeeded/)
    // There is nothing to follow any more, and how it ended is told all the same.
    expect((await here.say('status', 'r1', '--watch')).out).toMatch(/^State +succeeded$/m)
    expect(await here.say('resume', 'r1', '--unattended')).toMatchObject({
      code: exitCodes.clean,
      out: expect.stringContaining('has ended (succeeded)'),
    })
  })

  it('is planned by the clock that it goes by, and not by the one of the machine', async () => {
    const start = Date.UTC(2031, 2, 7, 21)
    const here = world(phase('upgrade', append('one')))
    const clock = { speed: 60, started_at: start, real_started_at: Date.now() }
    here.write('state.json', JSON.stringify({ clock }))
    const said = await here.start('--clock', 'state.json')
    expect(said.code, said.err).toBe(exitCodes.clean)
    const plan = JSON.parse(here.read('.rollbook/runs/r1/plan.json')) as { timeline: { start: number } }
    expect(new Date(plan.timeline.start).toISOString()).toMatch(/^2031-03-0[78]T/)
    expect(plan.timeline.start).toBeGreaterThanOrEqual(start)
  })

  it('needs no inventory when it names no targets', async () => {
    const here = world(phase('upgrade', append('one')))
    const said = await here.say('run', 'run.yaml', '--unattended')
    expect(said.code, said.err).toBe(exitCodes.clean)
    expect(here.read('log')).toBe('one\n')
  })

  it('stands where nobody has answered, names the command that answers, and goes on once all is said', async () => {
    const here = world(people)
    const first = await here.start()
    expect(first.code).toBe(exitCodes.findings)
    expect(first.out).toContain('rollbook answer r1 1.1 --choice done --set ticket=… --evidence mail=FILE')
    expect(await here.say('answer', 'r1', '--set', 'ticket=x')).toMatchObject({
      code: exitCodes.wrongUse,
      err: expect.stringContaining('Give a whole number'),
    })
    const bare = await here.say('answer', 'r1', '--set', 'ticket=7')
    expect(bare).toMatchObject({
      code: exitCodes.findings,
      err: expect.stringContaining('evidence is missing: "The mail" (mail)'),
    })
    here.write('mail.txt', 'Dear users')
    const answered = await here.say('answer', 'r1', '--set', 'ticket=7', '--evidence', 'mail.txt', '--by', 'Olga')
    expect(answered, answered.err).toMatchObject({
      code: exitCodes.clean,
      out: expect.stringContaining('"rollbook resume r1" goes on'),
    })
    expect(await here.status()).toMatchObject({ status: 'waiting', waiting: [{ step: '1.2' }] })
    expect(await here.say('approve', 'r1', '--by', 'Ines')).toMatchObject({
      code: exitCodes.findings,
      err: expect.stringContaining('Ines started the run'),
    })
    expect(await here.say('approve', 'r1', '--by', 'Mia', '--role', 'operator')).toMatchObject({
      code: exitCodes.findings,
    })
    expect((await here.say('approve', 'r1', '--by', 'Mia')).code).toBe(exitCodes.clean)
    expect((await here.say('approve', 'r1', '--by', 'Mia')).out).toContain('That was said already')
    expect((await here.say('approve', 'r1', '1.2', '--by', 'Max', '--reason', 'CAB 1')).code).toBe(exitCodes.clean)
    expect(await here.say('approve', 'r1', '--by', 'Max', '--no-go', '--reason', 'no')).toMatchObject({
      code: exitCodes.findings,
      err: expect.stringContaining('decided already'),
    })
    expect(here.read('log')).toBe('')
    expect(await here.say('resume', 'r1', '--unattended')).toMatchObject({ code: exitCodes.clean })
    expect(here.read('log')).toBe('first\n')
    expect((await here.say('verify', 'r1')).code).toBe(exitCodes.clean)
  })

  it('keeps its recorded answers, so that resume needs no file, and takes others in their place', async () => {
    const step = (id: string): string => `      - {id: ${id}, title: Do ${id}, manual: Do it}\n`
    const answers = (...ids: string[]): string =>
      `rollbook: answers/v1\nanswers:\n${ids.map((id) => `  ${id}: {choice: done, by: Olga}\n`).join('')}`
    const here = world(phase('preparation', ['a', 'b', 'c', 'd', 'e'].map(step).join('')))
    here.write('answers.yaml', answers('a', 'c'))
    expect((await here.start('--answers', 'answers.yaml')).code).toBe(exitCodes.findings)
    expect(await here.status()).toMatchObject({ waiting: [{ step: '1.2' }] })
    here.write('answers.yaml', 'no longer what it was')
    expect((await here.say('answer', 'r1', 'b')).code).toBe(exitCodes.clean)
    expect((await here.say('resume', 'r1', '--unattended')).code).toBe(exitCodes.findings)
    // c was answered as recorded.
    expect(await here.status()).toMatchObject({ waiting: [{ step: '1.4' }] })
    here.write('other.yaml', answers('e'))
    expect((await here.say('resume', 'r1', '--unattended', '--answers', 'other.yaml')).code).toBe(exitCodes.findings)
    expect((await here.say('answer', 'r1', 'd')).code).toBe(exitCodes.clean)
    expect((await here.say('resume', 'r1', '--unattended')).code).toBe(exitCodes.clean)
    expect((await here.say('verify', 'r1')).code).toBe(exitCodes.clean)
  })

  it('takes targets over from a run that ended and died before it could let go of them', async () => {
    const look = '      - {id: look, title: Look, manual: Look at it, on: nodes}\n'
    const here = world(phase('preparation', look), 'components:\n  nodes: {select: target.kind == "node"}')
    await here.start()
    await here.say('abort', 'r1', '--reason', 'enough')
    acquireTargets(here.root, 'r1', ['n1', 'n2'])
    const words = ['run', 'run.yaml', '-i', 'inventory.yaml', '--id', 'r2', '--unattended'] as const
    expect((await here.say(...words)).out).toContain('rollbook answer r2 1.1 --choice done')
    expect(holderOfTarget(here.root, 'n2')).toMatchObject({ run: 'r2' })
  })

  it('goes without an optional secret that is not there, and says so', async () => {
    const show = (id: string, name: string): string =>
      `      - {id: ${id}, title: Show it, action: local.run, with: {script: 'echo "\${TOKEN-none}" | tr a-z A-Z >> log', env: {TOKEN: "\${{ inputs.${name} }}"}}}\n`
    const here = world(
      phase('upgrade', show('one', 'extra')),
      'inputs:\n  extra: {type: secret, required: false, from: {env: ROLLBOOK_TEST_EXTRA}}\n',
    )
    const said = await here.start()
    expect([said.code, here.read('log')], said.err).toEqual([exitCodes.clean, 'NONE\n'])
    expect(said.out).toContain('the optional secret "extra" is not given: the environment has no variable')
    here.write('run.yaml', here.read('run.yaml').replace('required: false, ', ''))
    const words = ['run', 'run.yaml', '-i', 'inventory.yaml', '--id', 'r2', '--unattended'] as const
    expect((await here.say(...words)).err).toContain('SECRET_MISSING')
  })

  it('begins nothing when it is resumed with answers that cannot be trusted any more', async () => {
    const here = world(phase('preparation', '      - {id: tell, title: Tell, manual: Tell them.}\n' + append('first')))
    here.write('answers.yaml', 'rollbook: answers/v1\nanswers:\n  later: {choice: done, by: Olga}\n')
    await here.start('--answers', 'answers.yaml')
    await here.say('answer', 'r1', 'tell')
    here.write('.rollbook/runs/r1/sources/answers.yaml', 'rollbook: answers/v1\nanswers: {}\n')
    expect((await here.say('resume', 'r1', '--unattended')).err).toContain('RUN_DAMAGED')
    expect([here.read('log'), (await here.status()).carried_out_by]).toEqual(['', null])
  })

  it('lets the run go in order when an answer cannot be given, also while something else of it goes on', async () => {
    const here = world(
      phase(
        'preparation',
        `      - {id: spoil, title: Spoil, action: local.run, with: {script: "rm -r .rollbook/runs/r1/evidence; touch .rollbook/runs/r1/evidence"}}
      - id: both
        title: Both
        parallel: true
        steps:
          - {id: proof, title: Prove it, manual: Prove it., evidence: [{id: photo, title: A photo, required: true}]}
          - {id: wait, title: Wait, action: local.run, with: {script: "while [ ! -e proceed ]; do sleep 0.05; done"}}
`,
      ),
    )
    here.write('photo.txt', 'a photo')
    here.write(
      'answers.yaml',
      'rollbook: answers/v1\nanswers:\n  proof: {choice: done, by: Olga, evidence: {photo: photo.txt}}\n',
    )
    setTimeout(() => here.write('proceed', ''), 1000)
    const said = await here.start('--answers', 'answers.yaml')
    expect(said.err).toContain('EEXIST')
    // Nobody holds the run any more, and what was in flight has said how it ended.
    const { carried_out_by } = await here.status()
    expect([carried_out_by, (await here.say('resume', 'r1', '--unattended')).err]).toEqual([
      null,
      expect.stringContaining('EEXIST'),
    ])
  })

  it('leaves nothing behind when another run holds its targets, and can be started under its name later', async () => {
    const look = '      - {id: look, title: Look, manual: Look at it, on: nodes}\n'
    const here = world(phase('preparation', look), 'components:\n  nodes: {select: target.kind == "node"}')
    await here.start()
    const words = ['run', 'run.yaml', '-i', 'inventory.yaml', '--id', 'r2', '--unattended'] as const
    expect(await here.say(...words)).toMatchObject({
      code: exitCodes.findings,
      err: expect.stringContaining('TARGETS_LOCKED'),
    })
    expect((await here.say('runs')).out).not.toContain('r2')
    await here.say('abort', 'r1', '--reason', 'enough')
    expect((await here.say(...words)).out).toContain('rollbook answer r2 1.1 --choice done')
  })

  it('speaks one JSON: keys in snake case, instants as text, lengths in milliseconds', async () => {
    const here = world(people)
    await here.start()
    const said = await Promise.all(
      [['status', 'r1'], ['runs'], ['verify', 'r1']].map(async (words) =>
        JSON.parse((await here.say(...words, '--json')).out),
      ),
    )
    const keys = (value: unknown): readonly string[] =>
      typeof value !== 'object' || value === null
        ? []
        : Object.entries(value).flatMap(([key, inside]) => [...(Array.isArray(value) ? [] : [key]), ...keys(inside)])
    expect(keys(said).filter((key) => !/^[a-z][a-z0-9_]*$/.test(key))).toEqual([])
    const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    expect(said).toMatchObject([
      { started_at: instant, waiting: [{ opened_at: instant }] },
      { runs: [{ started_at: instant }] },
      { last_hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ])
  })

  it('says which recorded answers are for no step of the runbook, and which step may be meant', async () => {
    const here = world(people)
    here.write('answers.yaml', 'rollbook: answers/v1\nanswers:\n  tel: {choice: done, by: Olga}\n')
    const said = await here.start('--answers', 'answers.yaml')
    expect(said.code).toBe(exitCodes.findings)
    expect(said.err).toContain('answers.yaml: the runbook has no step, gate or criterion "tel"')
    expect(said.err).toContain('Did you mean "tell"?')
  })

  it('takes recorded answers, each once, with form, evidence and votes', async () => {
    const here = world(people)
    here.write('mail.txt', 'Dear users')
    here.write(
      'answers.yaml',
      `rollbook: answers/v1
answers:
  tell: {choice: done, by: Olga, form: {ticket: 7}, evidence: {mail: mail.txt}}
  go:
    - {choice: approve, by: Mia, role: change_manager}
    - {choice: approve, by: Max, role: change_manager, reason: CAB 1}
`,
    )
    const said = await here.start('--answers', 'answers.yaml', '--json')
    expect(said.code, said.err).toBe(exitCodes.clean)
    expect(JSON.parse(said.out)).toMatchObject({
      run: 'r1',
      status: 'ended',
      outcome: 'succeeded',
      waiting: [],
      deviations: 0,
    })
    const journal = readFileSync(join(here.root, '.rollbook/runs/r1/journal.jsonl'), 'utf8')
    expect(journal).toContain('mail-mail.txt')
    expect(journal.match(/"type":"VoteCast"/g)).toHaveLength(2)
  })

  it('tells which recorded answer was refused, and waits', async () => {
    const here = world(people)
    here.write('answers.yaml', 'rollbook: answers/v1\nanswers:\n  tell: {choice: done, by: Olga}\n')
    const said = await here.start('--answers', 'answers.yaml')
    expect(said.code).toBe(exitCodes.findings)
    expect(said.out).toContain('The recorded answer for 1.1 Tell the users was refused: the form lacks "Ticket"')
  })

  it('prints every event as a line of JSON on demand, and the summary last', async () => {
    const here = world(phase('upgrade', append('one')))
    const said = await here.start('--events')
    const lines = said.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event?: { type: string }; summary?: { status: string } })
    expect(lines.flatMap((line) => line.event?.type ?? []).slice(0, 2)).toEqual(['EngineStarted', 'RunStarted'])
    expect(lines.at(-1)?.summary?.status).toBe('ended')
  })

  it('hears answers from another terminal while other work goes on', async () => {
    const here = world(
      phase(
        'upgrade',
        `      - id: both
        title: Both
        parallel: true
        steps:
          - {id: slow, title: Slow, action: local.run, with: {script: "while ! test -e release; do sleep 0.05; done", effect: none}}
          - {id: go, title: Go?, gate: {type: go_no_go, roles: [change_manager], min_approvals: 1}}
${append('last')}`,
      ),
    )
    const running = here.start()
    await until(async () => existsRun(here) && (await here.status()).waiting.length === 1)
    expect((await here.status()).carried_out_by?.presence).toBe('alive')
    const approved = await here.say('approve', 'r1', '--by', 'Mia')
    expect(approved, approved.err).toMatchObject({ code: exitCodes.clean })
    expect(approved.out).not.toContain('resume')
    expect(await here.say('handover', 'r1', '--to', 'Nora', '--by', 'Ines')).toMatchObject({
      code: exitCodes.clean,
      out: expect.stringContaining('Nora leads'),
    })
    expect(await here.say('resume', 'r1', '--unattended')).toMatchObject({
      code: exitCodes.findings,
      err: expect.stringContaining('being carried out by'),
    })
    here.write('release', '')
    expect((await running).code).toBe(exitCodes.clean)
    expect((await here.say('status', 'r1')).out).toContain('Operator   Nora')
  })

  it('pauses at the next safe point and is resumed, from another terminal as by Ctrl-C', async () => {
    const slow = `      - {id: slow, title: Slow, action: local.run, with: {script: "while ! test -e release; do sleep 0.05; done; echo slow >> log"}}\n`
    for (const by of ['pause', 'ctrl-c'] as const) {
      const here = world(phase('upgrade', slow + append('later')))
      const io = here.io()
      const running = runCli(['run', 'run.yaml', '-i', 'inventory.yaml', '--id', 'r1', '--unattended'], io)
      await until(() => io.out().includes('1.1 Slow begins'))
      if (by === 'pause') expect((await here.say('pause', 'r1', '--reason', 'alarm')).code).toBe(exitCodes.clean)
      else io.interrupt()
      await until(() => io.out().includes('asks for a pause'))
      here.write('release', '')
      expect(await running).toBe(exitCodes.findings)
      expect(io.out()).toContain('Go on      rollbook resume r1')
      expect(here.read('log')).toBe('slow\n')
      expect(await here.say('resume', 'r1', '--unattended')).toMatchObject({ code: exitCodes.clean })
      expect(here.read('log')).toBe('slow\nlater\n')
    }
  })

  it('leaves at the second Ctrl-C with the record whole, and asks how it ended when it goes on', async () => {
    const slow = `      - {id: slow, title: Slow, action: local.run, with: {script: "echo slow >> log; sleep 60"}}\n`
    const here = world(phase('upgrade', slow))
    const io = here.io()
    const running = runCli(['run', 'run.yaml', '-i', 'inventory.yaml', '--id', 'r1', '--unattended'], io)
    await until(() => here.read('log') !== '')
    io.interrupt()
    io.interrupt()
    expect(await running).toBe(exitCodes.findings)
    expect((await here.say('verify', 'r1')).code).toBe(exitCodes.clean)
    const resumed = await here.say('resume', 'r1', '--unattended')
    expect(resumed.code).toBe(exitCodes.findings)
    expect(resumed.out).toContain('nobody knows whether it took effect')
    expect(here.read('log')).toBe('slow\n')
  })

  it('is aborted with its back-out when nobody carries it out; resume does the undoing', async () => {
    const done = `      - id: one
        title: Do one
        action: local.run
        with: {script: "echo one >> log"}
        back_out: [{id: undo, title: Undo one, action: local.run, with: {script: "echo undo >> log"}}]
      - {id: go, title: Go?, gate: {type: go_no_go, roles: [change_manager], min_approvals: 1}}
`
    const here = world(phase('upgrade', done))
    expect((await here.start()).code).toBe(exitCodes.findings)
    expect(await here.say('abort', 'r1', '--back-out')).toMatchObject({
      code: exitCodes.wrongUse,
      err: expect.stringContaining('needs a reason'),
    })
    expect((await here.say('abort', 'r1', '--back-out', '--reason', 'window closes')).code).toBe(exitCodes.clean)
    // Nobody is at work: what comes first when somebody resumes is told as that.
    expect((await here.say('status', 'r1')).out).toMatch(/Goes on with\n(?!.*At work)/)
    expect(here.read('log')).toBe('one\n')
    expect(await here.say('resume', 'r1', '--unattended')).toMatchObject({
      code: exitCodes.findings,
      out: expect.stringContaining('backed out'),
    })
    expect(here.read('log')).toBe('one\nundo\n')
  })
})

describe('a dry run', () => {
  it('reads for real, changes nothing, and ends with its coverage', async () => {
    const look = `      - {id: look, title: Look, action: local.run, with: {script: "echo looked >> seen", effect: none}}\n`
    const here = world(phase('upgrade', look + append('one')))
    const said = await here.say('run', 'run.yaml', '-i', 'inventory.yaml', '--id', 'r1', '--dry-run')
    expect(said.code, said.err).toBe(exitCodes.clean)
    expect([here.read('seen'), here.read('log')]).toEqual(['looked\n', ''])
    expect(said.out).toMatch(/Coverage: checked 1 \(1\), simulated \d \(\d\), assumed \d \(\d\), not covered 0 \(0\)/)
    expect((await here.say('status', 'r1')).out).toContain('DRY RUN')
    expect((await here.say('runs')).out).toContain('no findings')
  })

  it('goes to its end whatever it meets, and is not called a failed run', async () => {
    const look = `      - {id: look, title: Look, action: local.run, with: {script: "exit 3", effect: none}}\n`
    const here = world(phase('upgrade', look))
    const { out } = await here.say('run', 'run.yaml', '-i', 'inventory.yaml', '--id', 'r1', '--dry-run')
    expect(out).toContain('dry run ended after')
    expect(out).toContain('dry run with findings')
    expect(out).not.toMatch(/the run is ending|✗ failed/)
    expect((await here.say('status', 'r1')).out).toMatch(/DRY RUN · ENDED .*1 failed/)
  })

  it('ends with 1 and names what would stop the real run', async () => {
    const look = `      - {id: look, title: Look, action: local.run, with: {script: "exit 3", effect: none}}\n`
    const here = world(phase('upgrade', look))
    const said = await here.say('run', 'run.yaml', '-i', 'inventory.yaml', '--id', 'r1', '--dry-run', '--json')
    expect(said.code).toBe(exitCodes.findings)
    expect(JSON.parse(said.out)).toMatchObject({
      mode: 'dry_run',
      coverage: { findings: [{ number: '1.1', title: 'Look' }] },
    })
  })
})

describe('wrong use', () => {
  it('is said before anything begins', async () => {
    const here = world(phase('upgrade', append('one')))
    const run = ['run', 'run.yaml', '-i', 'inventory.yaml'] as const
    here.write(
      'fleet.yaml',
      here.read('run.yaml').replace('action: local.run', 'on: target.kind == "host", action: local.run'),
    )
    const rows: readonly (readonly [readonly string[], number, string])[] = [
      [run, 2, 'a guided run needs a terminal'],
      [['run', 'fleet.yaml', '--unattended'], 2, 'an inventory is needed'],
      [[...run, '--json'], 2, '--json is for runs that nobody is asked about'],
      [[...run, '--unattended', '--answers', 'no.yaml'], 2, 'no.yaml: the answers file cannot be read'],
      [[...run, '--unattended', '--expect-digest', 'sha256:00000000'], 1, 'this plan is not the approved one'],
      [['resume', 'nothing', '--unattended'], 2, 'there is no run "nothing"'],
      [['status'], 2, 'no run has been started in this folder'],
    ]
    for (const [words, code, text] of rows) {
      const said = await here.say(...words)
      expect([said.code, said.err], words.join(' ')).toEqual([code, expect.stringContaining(text)])
    }
    expect(readdirSync(here.root)).not.toContain('.rollbook')
    expect(await here.say(...run, '--unattended', '--id', '')).toMatchObject({
      code: 2,
      err: expect.stringContaining('"" cannot name a run'),
    })
  })

  it('is a JSON object where JSON was asked for, beside the sentence', async () => {
    const here = world(phase('upgrade', append('one')))
    const rows: readonly (readonly [readonly string[], number, string])[] = [
      [['status', '--json'], 2, 'RUN_UNKNOWN'],
      [['plan', 'gone.yaml', '-i', 'inventory.yaml', '--json'], 2, 'FILE_UNREADABLE'],
      [['validate', 'gone.yaml', '--format', 'json'], 2, 'FILE_UNREADABLE'],
      [['runs', '--json', '--colour'], 2, 'OPTION_UNKNOWN'],
      [['statsu', '--json'], 2, 'COMMAND_UNKNOWN'],
    ]
    for (const [words, code, failure] of rows) {
      const said = await here.say(...words)
      const name = words.join(' ')
      expect(said.code, name).toBe(code)
      expect(JSON.parse(said.out), name).toMatchObject({ failure: { code: failure, exit_code: code } })
      expect(said.err, name).toContain((JSON.parse(said.out) as { failure: { message: string } }).failure.message)
    }
    expect((await here.say('status')).out).toBe('')
    expect((await here.say('validate', '--', '--json')).out).toBe('')
  })

  it('and the errors of a runbook are the JSON of validate, for whatever needs its plan', async () => {
    const here = world(phase('upgrade', append('one', ', nonsense: 1')))
    for (const command of [['plan'], ['run', '--unattended'], ['simulate']]) {
      const said = await here.say(...command, 'run.yaml', '-i', 'inventory.yaml', '--json')
      expect(said.code).toBe(1)
      const { diagnostics } = JSON.parse(said.out) as { readonly diagnostics: readonly object[] }
      expect(diagnostics).toEqual([
        expect.objectContaining({ file: 'run.yaml', code: 'KEY_UNKNOWN', severity: 'error' }),
      ])
      expect(said.err).toContain('[KEY_UNKNOWN]')
    }
  })

  it('and a run says what it waits for when something else is answered', async () => {
    const here = world(people)
    await here.start()
    expect(await here.say('approve', 'r1')).toMatchObject({
      code: exitCodes.findings,
      err: expect.stringContaining('It waits for 1.1 Tell the users'),
    })
    expect(await here.say('answer', 'r1', '--set', 'color=red')).toMatchObject({
      code: exitCodes.wrongUse,
      err: expect.stringContaining('Fields: ticket'),
    })
  })
})

function existsRun(here: RunWorld): boolean {
  return here.read('.rollbook/runs/r1/journal.jsonl') !== ''
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 30))
}
