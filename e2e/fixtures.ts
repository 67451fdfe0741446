import AxeBuilder from '@axe-core/playwright'
import { test as base, expect, type Locator, type Page } from '@playwright/test'
import { accounts, demoPassword, type Who } from './accounts.ts'

export const test = base.extend({
  // set by e2e/setup.ts before the workers start
  baseURL: async ({ locale: _locale }, use) => use(process.env.E2E_URL),
})
export { expect }

/** Signs in through the API, as the sign-in page does, and leaves the page at `path`; without one it opens none. */
export const signIn = async (page: Page, who: Who, path?: string): Promise<void> => {
  const answer = await page.request.post(`${process.env.E2E_URL}/api/session`, {
    data: { account: accounts[who], password: demoPassword },
    headers: { 'x-requested-with': 'qitong' },
  })
  expect(answer.status(), await answer.text()).toBe(200)
  if (path !== undefined) await page.goto(path)
}

/** What was scanned already, by project and by what the page shows: its address without ids, its titles, its dialogs and faults. */
const scanned = new Set<string>()
const placeOf = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const seen = (selector: string) =>
      [...document.querySelectorAll<HTMLElement>(selector)].filter((found) => found.checkVisibility()).length
    const titles = [...document.querySelectorAll<HTMLElement>('h1, [role=dialog] .ant-modal-title, aside h2, form')]
      .filter((found) => found.checkVisibility())
      .map((found) => (found.tagName === 'FORM' ? (found.getAttribute('aria-label') ?? '') : found.innerText))
    const place = location.pathname.replaceAll(/[0-9a-f-]{36}|\d+/g, ':id')
    const kinds = ['[role=dialog]', '[role=alert]', '[aria-invalid=true]', 'table', '[role=tree]', 'details[open]'].map(
      (selector) => Math.min(1, seen(selector)),
    )
    return [place, innerWidth, ...titles.map((title) => title.replaceAll(/\d+/g, '')), ...kinds].join('|')
  })

/** No serious fault of accessibility on what the page shows now (WCAG 2.2 AA rules of axe); once for each page, layout and state. */
export const expectAccessible = async (page: Page): Promise<void> => {
  const place = await placeOf(page)
  if (scanned.has(place)) return
  scanned.add(place)
  // A button that has just become usable is between two colours for a fifth of a second.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getTiming().iterations !== Infinity)
        .map(({ finished }) => finished),
    ),
  )
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)).toEqual(
    [],
  )
}

export const isPhone = (page: Page): boolean => (page.viewportSize()?.width ?? 1440) < 768

/** Picks a unit by its name in the dialog behind a field; `done` closes a picker of several. */
export const chooseUnit = async (page: Page, within: Locator, label: string, unit: string, done?: string) => {
  await within.getByLabel(label, { exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('搜单位名称或简称').fill(unit)
  await dialog.getByRole('button', { name: unit }).first().click()
  if (done) await dialog.getByRole('button', { name: done }).click()
}
