/** What runs inside the plan view: shows what the extension sends, marks the step of the cursor, tells of clicks. */
import type { FromPage, ToPage } from '../src/plan-view/messages.ts'

interface Editor {
  postMessage(message: FromPage): void
}
declare function acquireVsCodeApi(): Editor

const editor = acquireVsCodeApi()
const plan = document.querySelector<HTMLElement>('#plan')!
const notice = document.querySelector<HTMLElement>('#notice')!
let here: string | undefined

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  if (data.kind === 'here') mark(data.place)
  else show(data)
})

document.addEventListener('click', ({ target }) => {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-place]') : null
  const place = row?.dataset['place']
  if (place !== undefined) editor.postMessage({ kind: 'reveal', place })
  const command =
    target instanceof Element ? target.closest<HTMLElement>('[data-command]')?.dataset['command'] : undefined
  if (command !== undefined) editor.postMessage({ kind: 'command', command })
})

function show({ html, note, tone }: Extract<ToPage, { kind: 'show' }>): void {
  notice.textContent = note
  notice.hidden = note === ''
  notice.className = tone
  document.body.classList.toggle('stale', tone === 'stale')
  if (html === undefined) return
  const open = new Set([...plan.querySelectorAll('details')].flatMap((each) => (each.open ? [each.id] : [])))
  const { scrollTop } = document.documentElement
  plan.innerHTML = html
  for (const each of plan.querySelectorAll('details')) if (open.has(each.id)) each.open = true
  document.documentElement.scrollTop = scrollTop
  const place = here
  here = undefined
  if (place !== undefined) mark(place, false)
}

/** A step that the timeline does not show is marked where the step around it is. */
function mark(place: string, scroll = true): void {
  if (place === here) return
  here = place
  for (const each of plan.querySelectorAll('[aria-current]')) each.removeAttribute('aria-current')
  for (let at = place; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const rows = plan.querySelectorAll<HTMLElement>(`[data-place="${CSS.escape(at)}"]`)
    for (const row of rows) row.setAttribute('aria-current', 'true')
    if (rows.length === 0) continue
    if (scroll) rows[0]!.scrollIntoView({ block: 'nearest' })
    return
  }
}

editor.postMessage({ kind: 'ready' })
