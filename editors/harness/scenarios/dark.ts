import { ok } from 'node:assert/strict'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'
import { openPlan } from './plan-view.ts'

/** In a page: how far the text of each element stands out from what lies behind it, by the formula of WCAG 2. */
const contrasts = `(() => {
  const parts = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number)
  const linear = (part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4)
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = parts(getComputedStyle(at).backgroundColor)
      if (alpha > 0.9) return [r, g, b]
    }
    return parts(getComputedStyle(document.documentElement).getPropertyValue('--vscode-editor-background')).length === 3
      ? parts(getComputedStyle(document.documentElement).getPropertyValue('--vscode-editor-background'))
      : [31, 31, 31]
  }
  const found = []
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '')
    if (!own || element.closest('svg') || !element.checkVisibility()) continue
    const a = luminance(parts(getComputedStyle(element).color))
    const b = luminance(behind(element))
    found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), element.textContent.trim().slice(0, 40)])
  }
  return found
})()`

export const dark: Scenario = {
  name: 'dark',
  title: 'in a dark theme every word of the plan can be read',
  async play({ workbench, folder, picture }) {
    const page = await openPlan(workbench, folder)
    await workbench.command('Preferences: Toggle between Light/Dark Themes')
    await eventually(async () =>
      ok(await page.evaluate("document.body.classList.contains('vscode-dark')"), 'the page is not dark'),
    )
    await workbench.focusEditor()
    const found = (await page.evaluate(contrasts)) as readonly (readonly [number, string])[]
    ok(found.length > 50, `only ${found.length} texts were found`)
    const faint = found.filter(([ratio]) => ratio < 4.5)
    await picture('dark-theme')
    ok(faint.length === 0, `hard to read: ${JSON.stringify(faint)}`)
  },
}
