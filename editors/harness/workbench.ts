/** The workbench as a person uses it: keys and clicks go in, and what is read is what the page shows. */
import { ok } from 'node:assert/strict'
import type { Frame, Locator, Page } from 'playwright-core'
import { eventually } from './eventually.ts'
import type { Place } from './workspace.ts'

export class Workbench {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  /** Opens a folder; done when its files are listed. */
  async openFolder(url: string, folder: string): Promise<void> {
    await this.page.goto(`${url}/?folder=${encodeURIComponent(folder)}`)
    await this.page.waitForSelector('.explorer-viewlet [role=treeitem]', { timeout: 60_000 })
  }

  /** Opens a runbook; done when the language server has answered: the path above the text then leads on into it. */
  async openRunbook(name: string): Promise<void> {
    await this.openFile(name)
    await eventually(async () =>
      ok((await this.statusItems()).includes('Rollbook'), `${name} is not of the language Rollbook`),
    )
    await eventually(async () => {
      const path = await texts(this.page.locator('.breadcrumbs-below-tabs .monaco-breadcrumb-item'))
      ok(path.length > 1, `the path above the text is ${path.join(' > ')}`)
    })
  }

  /** Opens a file of the explorer; done when its text is shown. */
  async openFile(name: string): Promise<void> {
    await this.page.locator(`.explorer-viewlet [role=treeitem][aria-label="${name}"]`).first().dblclick()
    await this.page.waitForSelector(`.tab.active[data-resource-name="${name}"]`)
    await this.page.waitForSelector('.editor-group-container.active .view-line')
  }

  /** Done when the plan of the runbook has been made: what stands at the foot tells whether it fits. */
  async plan(): Promise<void> {
    await eventually(async () => {
      const items = await this.statusItems()
      ok(
        items.some((item) => /^fits its windows$|^does not fit|^no window$|^no plan$/.test(item)),
        `at the foot stands ${items.join(' | ')}`,
      )
    }, 60_000)
  }

  /** Runs a command by the words that the command palette shows for it. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1')
    const input = this.page.locator('.quick-input-widget .quick-input-box input')
    await input.waitFor()
    await input.fill(`>${title}`)
    const row = this.page.locator('.quick-input-list .monaco-list-row').first()
    await eventually(async () => {
      const label = await row.getAttribute('aria-label')
      ok(label?.startsWith(title), `the palette offers ${label} for "${title}"`)
    })
    await this.page.keyboard.press('Enter')
    await eventually(async () =>
      ok(!(await row.isVisible()) || !(await row.getAttribute('aria-label'))?.startsWith(title)),
    )
  }

  /** Answers the question that a command has just asked. */
  async answer(title: string, text: string): Promise<void> {
    await this.page.locator('.quick-input-title', { hasText: title }).waitFor()
    await this.page.locator('.quick-input-widget .quick-input-box input').fill(text)
    await this.press('Enter')
  }

  /** Picks what a command has just offered. */
  async choose(item: string): Promise<void> {
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: item }).first().click()
  }

  /** Puts the cursor of the active editor there. */
  async goTo({ line, column }: Place): Promise<void> {
    await this.focusEditor()
    await this.page.keyboard.press('Control+g')
    const input = this.page.locator('.quick-input-widget .quick-input-box input')
    await input.waitFor()
    await input.fill(`:${line}:${column}`)
    await this.page.keyboard.press('Enter')
    await input.waitFor({ state: 'hidden' })
    await eventually(async () => {
      const shown = await this.statusText('Ln ')
      ok(shown.includes(`Ln ${line}, Col ${column}`), `the cursor stands at ${shown}`)
    })
  }

  async focusEditor(): Promise<void> {
    await this.page.keyboard.press('Control+1')
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 30 })
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key)
  }

  /** The first item of the status bar whose text begins so. */
  async statusText(start: string): Promise<string> {
    const items = await this.statusItems()
    return items.find((item) => item.startsWith(start)) ?? ''
  }

  async statusItems(): Promise<readonly string[]> {
    return texts(this.page.locator('.part.statusbar .statusbar-item'))
  }

  /** Rows of the panel of problems as they are read aloud. */
  async problems(): Promise<readonly string[]> {
    if (!(await this.page.locator('.markers-panel').isVisible())) await this.command('View: Toggle Problems')
    return texts(this.page.locator('.markers-panel .monaco-list-row'))
  }

  /** Text that is shown in the lines of the active editor, hints included. */
  async lines(): Promise<readonly string[]> {
    return texts(this.page.locator('.editor-group-container.active .monaco-editor .view-line'))
  }

  /** What a hover shows that is asked for at the cursor; asked again when nothing comes, as a person would. */
  async hover(): Promise<string> {
    const content = this.page.locator('.monaco-hover:not(.hidden) .monaco-hover-content').first()
    return eventually(async () => {
      await this.press('Control+k', 'Control+i')
      await content.waitFor({ timeout: 5_000 })
      return (await texts(content)).join(' ')
    })
  }

  /** Entries of the list of suggestions, asked for at the cursor. */
  async suggestions(): Promise<readonly string[]> {
    await this.press('Control+Space')
    return this.shownSuggestions()
  }

  async shownSuggestions(): Promise<readonly string[]> {
    const rows = this.page.locator('.suggest-widget.visible .monaco-list-row')
    await rows.first().waitFor()
    return rows.evaluateAll((nodes: readonly { getAttribute(name: string): string | null }[]) =>
      nodes.map((node) => node.getAttribute('aria-label') ?? ''),
    )
  }

  /** Titles of what the lightbulb at the cursor offers; the menu stays open. */
  async actions(): Promise<readonly string[]> {
    await this.press('Control+.')
    const rows = this.page.locator('.action-widget .monaco-list-row.action')
    await rows.first().waitFor()
    return texts(rows)
  }

  /** Rows of a view of the side bar, outermost first. */
  async rows(view: string): Promise<readonly string[]> {
    return texts(this.pane(view).locator('.monaco-list-row'))
  }

  pane(view: string): Locator {
    return this.page.locator('.pane', { has: this.page.locator(`.pane-header[aria-label^="${view}"]`) })
  }

  /** Titles of the tabs that are open. */
  async tabs(): Promise<readonly string[]> {
    return texts(this.page.locator('.tab .label-name'))
  }

  /** What the terminal shows, line by line. */
  async terminal(): Promise<string> {
    const lines = this.page.locator('.terminal-wrapper.active .xterm-rows > div')
    return (await lines.allInnerTexts()).map((line) => line.replaceAll('\u00a0', ' ').trimEnd()).join('\n')
  }

  /** The document inside a web view whose text holds the words. */
  async webView(words: RegExp): Promise<Frame> {
    return eventually(async () => {
      const seen: string[] = []
      for (const frame of this.page.frames()) {
        if (frame === this.page.mainFrame()) continue
        const text = (await frame.locator('body').allInnerTexts()).join('\n')
        if (words.test(text)) return frame
        if (text !== '') seen.push(text.slice(0, 300))
      }
      throw new Error(`no web view shows ${words}; there is ${JSON.stringify(seen)}`)
    })
  }
}

async function texts(rows: Locator): Promise<readonly string[]> {
  return (await rows.allInnerTexts()).map(tidy)
}

function tidy(text: string): string {
  return text.replaceAll('\u00a0', ' ').replace(/\s+/g, ' ').trim()
}
