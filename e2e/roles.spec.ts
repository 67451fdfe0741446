import type { Page } from '@playwright/test'
import { expect, expectAccessible, isPhone, signIn, test } from './fixtures.ts'

const panel = (page: Page) => page.getByRole('complementary', { name: '详情' })
const choose = async (page: Page, label: string, option: string) => {
  await page.getByLabel(label).click()
  // the list may still be moving into place on the phone
  const one = page.getByTitle(option, { exact: true })
  await expect(one).toBeAttached()
  await one.dispatchEvent('click')
}
const statusOf = async (page: Page) => (await page.request.get('/api/directory/admin/units')).status()

test('one administrator proposes, the other approves; then the person can, until it is revoked', async ({
  page,
  browser,
  baseURL,
}) => {
  test.slow()
  // each project has a person of its own: the two run side by side
  const who = isPhone(page) ? 'village' : 'clerk'
  const person = await (await browser.newContext({ baseURL })).newPage()
  await signIn(person, who)
  const session = (await (await person.request.get('/api/session')).json()) as {
    actor: { name: string; orgName: string }
  }
  const { actor } = session
  await expect.poll(() => statusOf(person), { timeout: 15_000 }).toBe(403)

  await test.step('the system administrator proposes', async () => {
    await signIn(page, 'systemAdmin', '/grants/new')
    await page.getByLabel('人员').click()
    await page.getByLabel('搜姓名、拼音、首字母、手机尾号').fill(actor.name)
    await page.getByRole('option', { name: actor.orgName }).first().click()
    await choose(page, '角色', '单位管理员')
    await page.getByLabel('单位', { exact: true }).click()
    await page.getByLabel('搜单位名称或简称').fill(actor.orgName)
    await page.getByRole('dialog').getByRole('button', { name: actor.orgName }).first().click()
    await page.getByRole('textbox', { name: /^理由/ }).fill('兼管本单位组织信息')
    await expectAccessible(page)
    await page.getByRole('button', { name: '提出，等待批准' }).click()
    await expect(panel(page).getByRole('heading', { name: `授予${actor.name}“单位管理员”` })).toBeVisible()
    await expectAccessible(page)
    await expect.poll(() => statusOf(person), { timeout: 15_000 }).toBe(403)
  })

  await test.step('the security administrator approves, and within a second the person can', async () => {
    await signIn(page, 'securityAdmin', `/grants/proposals?state=open&q=${encodeURIComponent(actor.name)}`)
    await page.getByText(`授予${actor.name}“单位管理员”`).first().click()
    await panel(page).getByRole('button', { name: '批准', exact: true }).click()
    await expect(page.getByText('马上生效')).toBeVisible()
    await expect.poll(() => statusOf(person), { timeout: 15_000 }).toBe(200)
  })

  await test.step('it is revoked, and the person cannot', async () => {
    await page.goto(`/grants?state=current&q=${encodeURIComponent(actor.name)}`)
    await page.getByText('单位管理员').last().click()
    await panel(page).getByRole('button', { name: '撤销' }).click()
    await page.getByRole('dialog').getByRole('textbox').fill('兼管结束')
    await page.getByRole('dialog').getByRole('button', { name: '确认撤销' }).click()
    await expect.poll(() => statusOf(person), { timeout: 15_000 }).toBe(403)
  })
  await person.context().close()
})

test('roles, reasons and delegation are open to whom they concern', async ({ page }) => {
  await signIn(page, 'auditor', '/roles')
  await expect(page.getByText('安全管理员', { exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: '新建角色' })).toBeHidden()
  await expectAccessible(page)
  await page.goto('/grants/why')
  await expect(page.getByRole('heading', { name: '为什么能、为什么不能' })).toBeVisible()
  await expectAccessible(page)
  await signIn(page, 'leader', '/delegations')
  await expect(page.getByRole('heading', { name: '没有委托' })).toBeVisible()
  await page.getByRole('button', { name: '委托他人' }).click()
  await expect(page.getByRole('button', { name: '委托', exact: true })).toBeVisible()
  await expectAccessible(page)
})
