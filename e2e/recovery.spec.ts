import type { Page } from '@playwright/test'
import { accounts, demoPassword } from './accounts.ts'
import { expect, expectAccessible, isPhone, signIn, test } from './fixtures.ts'

const nameOf = async (page: Page): Promise<{ name: string; orgName: string }> => {
  const { actor } = (await (await page.request.get('/api/session')).json()) as {
    actor: { name: string; orgName: string }
  }
  return actor
}
/** The part that is shown once. */
const takePart = async (page: Page, which: string): Promise<string> => {
  const dialog = page.getByRole('dialog', { name: `${which}找回码` })
  const part = await dialog.locator('code').innerText()
  expect(part).toMatch(/^[0-9a-z]{5}-[0-9a-z]{5}$/)
  await expectAccessible(page)
  await dialog.getByRole('button', { name: '已抄下来' }).click()
  await expect(page.getByText(part)).toBeHidden()
  return part
}

test('two administrators help somebody who forgot the password; neither could alone', async ({
  page,
  browser,
  baseURL,
}) => {
  test.slow()
  const who = isPhone(page) ? 'clerk' : 'village'
  const person = await (await browser.newContext({ baseURL })).newPage()
  await signIn(person, who)
  const { name, orgName } = await nameOf(person)
  const parts: string[] = []

  await test.step('the unit administrator has seen the person, and opens it', async () => {
    await signIn(page, 'unitAdmin', '/recoveries')
    await expectAccessible(page)
    await page.getByRole('button', { name: '发起找回' }).click()
    const form = page.getByRole('dialog', { name: '发起账号找回' })
    // On the phone the panel may still be on its way when it is first tapped.
    await expect(async () => {
      await form.getByRole('button', { name: '发起找回' }).click()
      await expect(form.getByText('请写明怎样核实的本人')).toBeVisible({ timeout: 3_000 })
    }).toPass()
    await form.getByLabel('为谁').click()
    await page.getByLabel('搜姓名、拼音、首字母、手机尾号').fill(name)
    await page.getByRole('option', { name: orgName }).first().click()
    await form.getByRole('textbox', { name: /^怎样核实的本人/ }).fill('本人持身份证到场')
    await expectAccessible(page)
    await form.getByRole('button', { name: '发起找回' }).click()
    parts.push(await takePart(page, '第一段'))
    await page.getByText(name).first().click()
    await expect(page.getByRole('button', { name: '批准', exact: true })).toBeDisabled()
  })

  await test.step('another administrator approves it', async () => {
    await signIn(page, 'securityAdmin', '/recoveries?state=waiting')
    await page.getByText(name).first().click()
    await page.getByRole('button', { name: '批准', exact: true }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^批准“/ })
      .click()
    parts.push(await takePart(page, '第二段'))
  })

  await test.step('the person sets a new password with both parts, and every earlier sign-in has ended', async () => {
    const [first, second] = parts as [string, string]
    const desk = await (await browser.newContext({ baseURL })).newPage()
    await desk.goto('/sign-in')
    await desk.getByRole('link', { name: '凭找回码设新口令' }).click()
    const fill = async (values: Record<string, string>) => {
      for (const [label, value] of Object.entries(values)) await desk.getByLabel(label, { exact: true }).fill(value)
      await desk.getByRole('button', { name: '设新口令' }).click()
    }
    await fill({ 账号: accounts[who], 第一段找回码: first, 第二段找回码: first, 新口令: demoPassword })
    await expect(desk.getByRole('alert')).toContainText('找回码不对')
    await expectAccessible(desk)
    await fill({ 第二段找回码: second.toUpperCase(), 新口令: 'password12' })
    await expect(desk.getByText('这个口令太常见').first()).toBeVisible()
    await fill({ 新口令: demoPassword })
    await expect(desk.getByText('新口令已设好')).toBeVisible()
    await expectAccessible(desk)
    await desk.getByRole('link', { name: '去登录' }).click()
    await desk.getByLabel('账号', { exact: true }).fill(accounts[who])
    await desk.getByLabel('密码', { exact: true }).fill(demoPassword)
    await desk.getByRole('button', { name: '登录', exact: true }).click()
    await expect(desk).not.toHaveURL(/sign-in/)
    await desk.context().close()
    await expect.poll(async () => (await person.request.get('/api/sessions')).status()).toBe(401)
  })
  await person.context().close()
})
