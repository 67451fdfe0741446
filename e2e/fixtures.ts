import AxeBuilder from '@axe-core/playwright'
import { test as base, expect, type Locator, type Page } from '@playwright/test'
import { accounts, demoPassword, type Who } from './accounts.ts'

export const test = base.extend({
  // set by e2e/setup.ts before the workers start
  baseURL: async ({ locale: _locale }, use) => use(process.env.E2E_URL),
})
export { expect }

/** Signs in through the API, as the sign-in page does, and leaves the page at `path`. */
export const signIn = async (page: Page, who: Who, path = '/'): Promise<void> => {
  const answer = await page.request.post(`${process.env.E2E_URL}/api/session`, {
    data: { account: accounts[who], password: demoPassword },
    headers: { 'x-requested-with': 'qitong' },
  })
  expect(answer.status(), await answer.text()).toBe(200)
  await page.goto(path)
}

/** No serious fault of accessibility on what the page shows now (WCAG 2.2 AA rules of axe). */
export const expectAccessible = async (page: Page): Promise<void> => {
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
