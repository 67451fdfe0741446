import type { Page } from '@playwright/test'
import { expect, expectAccessible, isPhone, signIn, test } from './fixtures.ts'

const open = async (page: Page, name: string): Promise<void> => {
  await page.getByText(name, { exact: true }).first().click()
  await expect(page.getByRole('heading', { name: `${name}的账号` })).toBeVisible()
}

test('an account is opened, its part handed over once, and the person sets a password and is in', async ({
  page,
  browser,
  baseURL,
}) => {
  test.slow()
  await signIn(page, 'unitAdmin', '/accounts?state=none')
  await expectAccessible(page)
  const listed = await page.request.get('/api/accounts?state=none&limit=20')
  const { rows } = (await listed.json()) as { rows: { name: string; personId: string }[] }
  const names = rows.map(({ name }) => name).filter((name, _, all) => all.indexOf(name) === all.lastIndexOf(name))
  const name = names[isPhone(page) ? 1 : 0]!

  await test.step('opened, and a part for the printer', async () => {
    await open(page, name)
    await page.getByRole('button', { name: '开通账号', exact: true }).last().click()
    await expect(page.getByText('已开通 1 人')).toBeVisible()
    await page.goto(`/accounts?q=${encodeURIComponent(name)}&state=opened`)
    await open(page, name)
    await expect(page.getByText('没有发激活码').first()).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('button', { name: '打印激活码', exact: true }).last().click()
    await expect(page.getByRole('heading', { name: '激活码，1 人' })).toBeVisible()
    await expectAccessible(page)
  })
  const slip = page.getByRole('list', { name: '激活码' }).getByRole('listitem')
  const [login, part] = await slip.getByRole('definition').allInnerTexts()
  expect(part).toMatch(/^[0-9a-z]{5}-[0-9a-z]{5}$/)

  await test.step('it is not shown again', async () => {
    await page.getByRole('link', { name: '账号', exact: true }).click()
    await page.getByRole('dialog', { name: '离开这个页面？' }).getByRole('button', { name: '离开' }).click()
    await page.goto('/accounts/sheet')
    await expect(page.getByText('激活码只在发的当时显示一次')).toBeVisible()
    await expect(page.getByText(part!)).toHaveCount(0)
  })

  await test.step('the person activates', async () => {
    const { viewport, userAgent, isMobile, hasTouch } = test.info().project.use
    const context = await browser.newContext({ baseURL, viewport, userAgent, isMobile, hasTouch, locale: 'zh-CN' })
    const desk = await context.newPage()
    await desk.goto('/sign-in')
    await desk.getByRole('link', { name: '激活账号' }).click()
    const fill = async (values: Record<string, string>) => {
      for (const [label, value] of Object.entries(values)) await desk.getByLabel(label, { exact: true }).fill(value)
      await desk.getByRole('button', { name: '激活并登录' }).click()
    }
    const next = '窗外的槐树又开花了 2026'
    await fill({ 登录名: login!, 激活码: 'aaaaa-aaaaa', 新口令: next, 再填一次新口令: next })
    await expect(desk.getByRole('alert')).toContainText('激活码不对')
    await expectAccessible(desk)
    await fill({ 激活码: part!.toUpperCase() })
    await expect(desk).toHaveURL(/\/$/)
    const { actor } = (await (await desk.request.get('/api/session')).json()) as { actor: { name: string } }
    expect(actor.name).toBe(name)
    await context.close()
    await page.goto(`/accounts?q=${encodeURIComponent(login!)}`)
    await expect(page.getByText('已激活').first()).toBeVisible()
  })
})

test('a whole unit is opened in the background, and a rule opens for those who come', async ({ page }) => {
  test.skip(isPhone(page), 'the same pages; what differs on the phone is in the day above')
  test.slow()
  await signIn(page, 'unitAdmin', '/accounts')
  await page.getByRole('button', { name: '成批开通' }).click()
  const form = page.getByRole('dialog', { name: '成批开通账号' })
  await form.getByLabel('为哪个单位').click()
  const picker = page.getByRole('dialog').last()
  await picker.getByLabel('搜单位名称或简称').fill('博兴县人民政府办公室')
  await picker.getByRole('button', { name: '博兴县人民政府办公室' }).first().click()
  await expect(form.getByText('人还没有账号')).toBeVisible()
  await expectAccessible(page)
  await form.getByRole('button', { name: /^为 \d+ 人开通$/ }).click()
  await expect(page.getByRole('heading', { name: '成批开通', level: 1 })).toBeVisible()
  await page.getByText('博兴县人民政府办公室').first().click()
  await expect(page.getByText('已办完').first()).toBeVisible()
  await expectAccessible(page)
  await page.goto('/accounts/rule')
  await page.getByRole('switch').click()
  await page.getByRole('button', { name: /设定规则$/ }).click()
  await expect(page.getByText('规则已保存')).toBeVisible()
  await expect(page.getByText('本单位自定')).toBeVisible()
  await expectAccessible(page)
})
