/** A plan as the inside of a page. All text is escaped; nothing of it runs. */
import type { PlanVerdict, PlanView } from '../../../../src/app/plan-view/model.ts'
import { escapeHtml } from './markup.ts'
import { renderLanes, renderTimeline } from './render-timeline.ts'

export interface PlanSources {
  readonly inventory?: string
  readonly values?: string
}

const signs: Readonly<Record<PlanVerdict['kind'], string>> = {
  fits: '✓',
  fits_unless_worst: '!',
  does_not_fit: '✗',
  no_window: '○',
  not_played: '○',
}

export function renderPlan(view: PlanView, sources: PlanSources): string {
  const { verdict } = view
  return [
    `<header><h1>${escapeHtml(view.title)}</h1>`,
    `<p class="dim">${escapeHtml(view.runbook)} · <button type="button" class="link" data-command="rollbook.chooseInventory">${escapeHtml(sources.inventory ?? 'no inventory')}</button>`,
    ` · <button type="button" class="link" data-command="rollbook.chooseValues">${escapeHtml(sources.values ?? 'no values')}</button></p>`,
    `<p class="verdict ${verdict.kind}"><span aria-hidden="true">${signs[verdict.kind]}</span> ${escapeHtml(verdict.text)}</p>`,
    `<dl class="facts">${view.facts.map(({ label, value }) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`).join('')}</dl></header>`,
    view.timeline ? renderTimeline(view.timeline) : '',
    ...view.rollouts.map(renderRollout),
    renderWindows(view),
    view.assumptions.length === 0
      ? ''
      : `<details id="assumptions"><summary>${view.assumptions.length} ${view.assumptions.length === 1 ? 'assumption' : 'assumptions'}</summary>${list(view.assumptions)}</details>`,
    `<p class="dim digest">Digest of the effects <code>${escapeHtml(view.digest.slice(0, 19))}…</code></p>`,
  ].join('\n')
}

function renderRollout(rollout: PlanView['rollouts'][number]): string {
  const { number, title, place, sentence, waves, picture, lanes, unfit } = rollout
  const windows = lanes.some(({ closes }) => closes !== '')
  const ways = lanes.some(({ turn_back }) => turn_back !== '')
  const cells = (lane: (typeof lanes)[number]): readonly string[] => [
    lane.title,
    lane.opens,
    lane.expected,
    lane.worst,
    ...(windows ? [lane.closes] : []),
    ...(ways ? [lane.turn_back] : []),
  ]
  const heads = [
    'Lane',
    'Opens',
    'Ends',
    'Ends at worst',
    ...(windows ? ['Closes'] : []),
    ...(ways ? ['Turn back by'] : []),
  ]
  return [
    '<section class="rollout">',
    `<h2><button type="button" class="link" data-place="${escapeHtml(place)}">${escapeHtml(number)} ${escapeHtml(title)}</button></h2>`,
    `<p>${escapeHtml(sentence)}</p>`,
    unfit.length === 0 ? '' : `<div class="unfit"><strong>Left behind</strong>${list(unfit)}</div>`,
    `<ol class="waves">${waves.map((wave) => `<li><strong>${escapeHtml(wave.title)}</strong>${wave.lines.map((text) => `<span>${escapeHtml(text)}</span>`).join('')}</li>`).join('')}</ol>`,
    picture ? renderLanes(picture) : '',
    lanes.length === 0
      ? ''
      : `<div class="table"><table><thead><tr>${heads.map((head) => `<th>${head}</th>`).join('')}</tr></thead><tbody>${lanes
          .map(
            (lane) =>
              `<tr>${cells(lane)
                .map((cell, place) => `<td data-head="${heads[place]}">${escapeHtml(cell)}</td>`)
                .join('')}</tr>`,
          )
          .join('')}</tbody></table></div>`,
    '</section>',
  ].join('\n')
}

function renderWindows({ windows, freezes }: PlanView): string {
  if (windows.length + freezes.length === 0) return ''
  const rows = [
    ...windows.map(({ id, text }) => `<li><strong>${escapeHtml(id)}</strong> ${escapeHtml(text)}</li>`),
    ...freezes.map((text) => `<li><strong>frozen</strong> ${escapeHtml(text)}</li>`),
  ]
  return `<section><h2>Windows</h2><ul>${rows.join('')}</ul></section>`
}

function list(texts: readonly string[]): string {
  return `<ul>${texts.map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>`
}
