import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

export interface Tab {
  readonly page: Page
  /** Violations of the security policy, errors on the console of the browser, and dialogs. */
  readonly faults: readonly string[]
  open(url: string, hash?: string): Promise<void>
  /** The text that a person sees without scrolling. */
  firstScreen(): Promise<string>
  close(): Promise<void>
}

const desk = { width: 1280, height: 800 }

/** @param expected - errors on the browser console that match this pattern are not faults */
export async function newTab(
  browser: Browser,
  options: BrowserContextOptions = {},
  expected = /status of 40[049]/,
): Promise<Tab> {
  const context = await browser.newContext({ viewport: desk, timezoneId: 'Europe/Berlin', ...options })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.test(message.text())) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, sample }) =>
      console.error(`policy violated: ${violatedDirective} ${sample}`),
    )
  })
  return {
    page,
    faults,
    async open(url, hash = '') {
      // A change of the fragment alone would not load the page again.
      await page.goto('about:blank')
      await page.goto(`${url}${hash}`)
      await page.locator('main > :not(.loading)').first().waitFor()
      await page.locator('.loading').waitFor({ state: 'detached' })
    },
    firstScreen: () => page.evaluate(visibleText),
    close: () => context.close(),
  }
}

function visibleText(): string {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const texts: string[] = []
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const range = document.createRange()
    range.selectNodeContents(node)
    // The content of a closed `<details>` has a layout box, although it is not visible.
    if (node.parentElement?.checkVisibility() !== true) continue
    const isSeen = [...range.getClientRects()].some(
      ({ top, bottom, left, right, width }) =>
        width > 1 && top >= 0 && left >= 0 && bottom <= window.innerHeight && right <= window.innerWidth,
    )
    if (isSeen) texts.push(node.textContent ?? '')
  }
  return texts.join(' ').replace(/\s+/g, ' ')
}
