import { type CatalogueEntry, didYouMean, quoted, type Words } from './entry.ts'

const unknownHint = (words: Words): string | undefined =>
  didYouMean(words) ?? (words['known'] ? `known: ${words['known']}` : undefined)

const window = 'windows:\n  - {id: night, days: [sun], start: "01:00", duration: 2h}\n'

/** A whole runbook around the keys of one rollout, each on a line of its own. */
function rollout(keys: readonly string[], options: { readonly top?: string; readonly unit?: boolean } = {}): string {
  const { top = '', unit = false } = options
  return `${top}components:
  nodes: {select: 'target.kind == "node"'${unit ? ', unit: site' : ''}}
phases:
  - id: upgrade
    kind: upgrade
    title: Upgrade
    steps:
      - id: nodes
        title: Upgrade the nodes
        rollout:
          component: nodes
          to: "2.0"
          each: [{id: install, action: ssh.run, with: {command: [install]}}]
          rollback: {mode: auto, steps: [{id: back, action: ssh.run, with: {command: [back]}}]}
${keys.map((line) => `          ${line}\n`).join('')}`
}

const deadline = 'deadline: 17m'

/** In the order of the reference page. */
export const rolloutCodes = [
  'WINDOW_UNKNOWN',
  'WINDOW_UNUSED',
  'WAVE_ID_RESERVED',
  'GROUPING_UNKNOWN',
  'UNIT_MISSING',
  'DEADLINE_NEEDED',
  'STAGE_DISRUPTIVE',
  'ROLLBACK_MISSING',
  'ROLLBACK_MODE',
  'FAILURE_ROW_UNREACHABLE',
] as const

/** Findings about rollouts, and about windows and freezes as far as rollouts name them. */
export const rolloutEntries: Readonly<Record<(typeof rolloutCodes)[number], CatalogueEntry>> = {
  WINDOW_UNKNOWN: {
    title: 'Unknown window',
    severity: 'error',
    message: (w) => `there is no window ${quoted(w['id'])}`,
    hint: unknownHint,
    explanation: 'Rollouts name windows by their ids under `windows`.',
    bad: {
      at: 'top',
      yaml: rollout([deadline, 'window: [night, nigth]'], { top: window }),
    },
    good: { at: 'top', yaml: rollout([deadline, 'window: night'], { top: window }) },
  },
  WINDOW_UNUSED: {
    title: 'Window that no rollout names',
    severity: 'warning',
    message: (w) => `the window ${quoted(w['id'])} is not named by any rollout, so it restricts nothing`,
    hint: () => 'name it in "window" of the rollout that it is for',
    explanation:
      'A rollout without `window` may work at any time, freezes excepted. A window that nobody names looks like a restriction and is none.',
    bad: { at: 'top', yaml: rollout([deadline], { top: window }) },
    good: { at: 'top', yaml: rollout([deadline, 'window: night'], { top: window }) },
  },
  WAVE_ID_RESERVED: {
    title: 'Id of a wave that is taken',
    severity: 'error',
    message: (w) => `the wave id ${quoted(w['id'])} is taken: the rollout itself makes a wave of that name`,
    hint: () => 'give the wave another id',
    explanation:
      'The canary is the wave `canary`, targets that no wave selects form the wave `remainder`, and a rollout without waves has the wave `all`.',
    bad: { at: 'top', yaml: rollout([deadline, 'waves: [{id: canary, select: "true"}]']) },
    good: { at: 'top', yaml: rollout([deadline, 'waves: [{id: first, select: "true"}]']) },
  },
  GROUPING_UNKNOWN: {
    title: 'Targets are grouped by something that none of them has',
    severity: 'error',
    message: (w) => `no target has a field or an attribute ${quoted(w['id'])}`,
    hint: unknownHint,
    explanation:
      'A single word under `unit`, `lanes`, `failure_domain` and `spread_over` is the name of a field of targets, such as `site`, or of a free attribute. Where no target of the inventory has it, nothing would be kept apart.',
    bad: { at: 'top', yaml: rollout([deadline, 'lanes: sight']) },
    good: { at: 'top', yaml: rollout([deadline, 'lanes: site']) },
  },
  UNIT_MISSING: {
    title: 'Order of units where there are none',
    severity: 'warning',
    message: (w) => `the component ${quoted(w['component'])} has no units, so "unit" says nothing here`,
    hint: () => 'say with "unit" of the component what makes its units, for example "unit: site"',
    explanation:
      'Only the component says which targets must not be away together. Without that, members of a pair go like any other targets, at the same time if the limits allow it.',
    bad: { at: 'top', yaml: rollout([deadline, 'unit: {order: [secondary, primary]}']) },
    good: { at: 'top', yaml: rollout([deadline, 'unit: {order: [secondary, primary]}'], { unit: true }) },
  },
  DEADLINE_NEEDED: {
    title: 'Rollout that cannot do without a deadline',
    severity: 'error',
    message: (w) => `${w['because']}, and the rollout has no deadline`,
    hint: () => 'add "deadline" to the rollout: the longest time for one attempt on a target',
    explanation:
      'Whether a target fits into a window, when the slots of a canary end, and when an attempt that may use up its time is over: all of it is counted in deadlines. Without one nothing would ever begin.',
    bad: { at: 'top', yaml: rollout(['window: night'], { top: window }) },
    good: { at: 'top', yaml: rollout(['window: night', deadline], { top: window }) },
  },
  STAGE_DISRUPTIVE: {
    title: 'Disruptive action ahead of the window',
    severity: 'error',
    message: (w) => `${w['action']} disrupts, and "stage" also runs outside the window`,
    hint: () => 'move it to "each"',
    explanation:
      'What stands in `stage` is done ahead, at any time, so that the window is short: downloads and the like. What people notice belongs into `each`, which keeps to the window.',
    bad: {
      at: 'top',
      yaml: rollout([deadline, 'stage: [{id: cut, action: stackato.restart}]']),
    },
    good: {
      at: 'top',
      yaml: rollout([deadline, 'stage: [{id: fetch, action: ssh.run, with: {command: [fetch]}}]']),
    },
  },
  ROLLBACK_MISSING: {
    title: 'Rollback that does not exist',
    severity: 'error',
    message: (w) => `${w['what']} rolls back, and the rollout has no "rollback"`,
    hint: () => 'say with "rollback" how a target goes back, or decide otherwise',
    explanation:
      'The failure table, `in_flight` and `overrun` may ask for a rollback. Without steps that do it, the target would be left as it is while everybody believes that it went back.',
    bad: {
      at: 'top',
      yaml: rollout([deadline, 'on_failure: [{class: unhealthy, do: rollback}]']).replace(
        / +rollback: .*\n/,
        '          order: {by: target.member, sequence: [primary]}\n',
      ),
    },
    good: { at: 'top', yaml: rollout([deadline, 'on_failure: [{class: unhealthy, do: rollback}]']) },
  },
  ROLLBACK_MODE: {
    title: 'Rollback that nobody may begin',
    severity: 'error',
    message: (w) =>
      w['mode'] === 'never'
        ? `${w['what']} rolls back, and by "rollback.mode: never" nothing ever does`
        : `${w['what']} rolls back at once, and by "rollback.mode: ask" a person is asked first`,
    hint: (w) =>
      w['mode'] === 'never'
        ? 'write "mode: ask" or "mode: auto", or decide otherwise here'
        : 'write "mode: auto", or decide otherwise here',
    explanation:
      'A rollback begins by itself with `mode: auto` only. With `mode: ask` a row of the failure table holds the target and asks a person; a stop and the end of a window cannot wait for an answer. With `mode: never` the steps are there for people to read.',
    bad: {
      at: 'top',
      yaml: rollout([deadline, 'on_failure: [{class: unhealthy, do: rollback}]']).replace('mode: auto', 'mode: never'),
    },
    good: {
      at: 'top',
      yaml: rollout([deadline, 'on_failure: [{class: unhealthy, do: rollback}]']).replace('mode: auto', 'mode: ask'),
    },
  },
  FAILURE_ROW_UNREACHABLE: {
    title: 'Row of the failure table that never counts',
    severity: 'warning',
    message: (w) => `this row never counts: ${w['because']}`,
    hint: () => 'move it up, or leave it out',
    explanation:
      'Of the rows of `on_failure` the first that matches wins, so a row behind one for all classes, or for its own class, says nothing. A `retry` row counts only while a try is left; the row behind it says what happens when none is.',
    bad: {
      at: 'top',
      yaml: rollout([deadline, 'on_failure: [{do: fail}, {class: unhealthy, do: rollback}]']),
    },
    good: {
      at: 'top',
      yaml: rollout([deadline, 'on_failure: [{class: unhealthy, do: rollback}, {do: fail}]']),
    },
  },
}
